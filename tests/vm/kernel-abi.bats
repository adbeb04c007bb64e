#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The patched modules on an emulated SVM machine answer a guest of a few bytes.

load ../lib/vm.bash

@test "every leaf of every layout answers every reason's class, and counts to the last exit" {
	run "$TOP/tests/kernel/abi/boot" "$CACHE/trees/build-$SUITE" "${MODULE_DIR:-$CACHE/modules/$KERNEL}"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output != *FAIL* ]]
	[ "$(grep -c '^layout ' <<<"$output")" -eq 3 ]
	[ "$(grep -c '^ok: ' <<<"$output")" -eq 54 ]
}

# This takes a second: it reads in the built modules what the counters put on the path of every exit.
@test "the way of an exit has no locked instruction and no variable but the vCPU's own" {
	run "$TOP/tests/kernel/cost/exit-path" "$CACHE/trees/build-$SUITE" "${MODULE_DIR:-$CACHE/modules/$KERNEL}"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^  kvm.* 0 locked, variables beside the vCPU: none$' <<<"$output")" -eq 3 ]
}

@test "scopes, resets, log and tracepoint do as the reference says" {
	run "$TOP/tests/kernel/abi/boot" --init scope "$CACHE/trees/build-$SUITE" "${MODULE_DIR:-$CACHE/modules/$KERNEL}"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output != *FAIL* ]]
	[ "$(grep -c '^ok: ' <<<"$output")" -eq 37 ]
}

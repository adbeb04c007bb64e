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

@test "what a machine said that the emulator lost is no result of the boot that counts" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	# The first stands still after two results, the second comes to its end.
	cat >"$BATS_TEST_TMPDIR/bin/qemu-system-x86_64" <<-'END'
	#!/bin/bash
	while [ "$1" != -serial ]; do shift; done
	console=${2#file:} attempts=$(dirname "$0")/attempts
	echo >>"$attempts"
	if [ "$(wc -l <"$attempts")" -eq 1 ]; then
		printf 'layout split\r\nok: of the lost one\r\n' >"$console"
		exec sleep 60
	fi
	printf 'layout split\r\nok: of the second\r\ndone\r\n' >"$console"
	END
	chmod +x "$BATS_TEST_TMPDIR/bin/qemu-system-x86_64"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH TIMEOUT=2 run "$TOP/tests/kernel/abi/boot" "$CACHE/trees/build-$SUITE" "${MODULE_DIR:-$CACHE/modules/$KERNEL}"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"lost | ok: of the lost one"*"once more"* ]]
	[ "$(grep '^ok: ' <<<"$output")" = "ok: of the second" ]
	[ "$(grep -c '^layout ' <<<"$output")" -eq 1 ]
}

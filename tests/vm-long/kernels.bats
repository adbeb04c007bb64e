#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Every kernel that the hooks are known to fit. It boots on the emulated host of images/kernels.txt, with our modules
# and with its own, for both vendors, and our modules compile without a warning.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

# use_kernel KERNEL: builds what that kernel needs, and makes run_vm take it.
use_kernel() {
	KERNEL=$1
	make -s -C "$TOP" -j2 prepare KERNEL="$KERNEL" HOST=emulated-svm
	vm_use_kernel
}

# passes_exactly KERNEL HOST: every clause that exists for this kernel passes, and the host runs that very kernel.
passes_exactly() {
	use_kernel "$1"
	run_vm --host "$2" --guest micro
	[ "$status" -eq 0 ]
	[ "$(not_passed)" = "$(unjudged)" ]
	[ "$(verdict oracle-trace)" = pass ]
	[[ $(jq -r .kernel.host "$OUT/evidence.json") == "$1."* ]]
	[ "$(jq -r .suite "$CACHE/images/host-$SUITE/image.json")" = "$(awk -v k="$1" '$1 == k { print $3 }' "$TOP/images/kernels.txt")" ]
}

fails_unpatched() {
	use_kernel "$1"
	run_vm --host emulated-svm --guest micro --modules stock
	[ "$status" -eq 1 ]
	[ "$(verdict implemented)" = fail ]
	[[ $(jq -r .kernel.host "$OUT/evidence.json") == "$1."* ]]
}

# init_passes KERNEL INIT CHECKS: that init passes on this kernel.
init_passes() {
	use_kernel "$1"
	init_passes_on "$2" "$3" "$CACHE/trees/build-$SUITE" "$CACHE/modules/$KERNEL"
}

answers_everything() { init_passes "$1" abi 54; }
keeps_scopes() { init_passes "$1" scope 37; }
bears_stress() { init_passes "$1" stress 20; }

has_clean_path() {
	use_kernel "$1"
	run "$TOP/tests/kernel/cost/exit-path" "$CACHE/trees/build-$SUITE" "$CACHE/modules/$KERNEL"
	echo "$output"
	[ "$status" -eq 0 ]
}

takes_series() {
	use_kernel "$1"
	run "$TOP/tests/kernel/builders/build-patched" "$CACHE/trees/build-$SUITE" "$CACHE/modules/$KERNEL"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^builds: ' <<<"$output")" -eq 3 ]
	[ "$(grep -c '^same: ' <<<"$output")" -eq 3 ]
}

is_clean() {
	use_kernel "$1"
	run "$TOP/kernel-patch/lint" --tree "$CACHE/trees/build-$SUITE"
	echo "$output"
	[ "$status" -eq 0 ]
}

@test "5.10 passes every clause, to the last exit" { passes_exactly 5.10 emulated-svm; }
@test "6.1 passes every clause, to the last exit" { passes_exactly 6.1 emulated-svm; }
@test "6.12 passes every clause, to the last exit" { passes_exactly 6.12 emulated-svm; }
@test "7.2 passes every clause, to the last exit" { passes_exactly 7.2 emulated-svm; }

# That of 6.1 is in tests/vm/.
@test "5.10 passes every clause on VMX" { passes_exactly 5.10 emulated-vmx; }
@test "6.12 passes every clause on VMX" { passes_exactly 6.12 emulated-vmx; }
@test "7.2 passes every clause on VMX" { passes_exactly 7.2 emulated-vmx; }

@test "5.10 unpatched fails" { fails_unpatched 5.10; }
@test "6.1 unpatched fails" { fails_unpatched 6.1; }
@test "6.12 unpatched fails" { fails_unpatched 6.12; }
@test "7.2 unpatched fails" { fails_unpatched 7.2; }

@test "5.10 answers every leaf and reason" { answers_everything 5.10; }
@test "6.12 answers every leaf and reason" { answers_everything 6.12; }
@test "7.2 answers every leaf and reason" { answers_everything 7.2; }

@test "5.10 keeps scopes, resets, log and tracepoint" { keeps_scopes 5.10; }
@test "6.12 keeps scopes, resets, log and tracepoint" { keeps_scopes 6.12; }
@test "7.2 keeps scopes, resets, log and tracepoint" { keeps_scopes 7.2; }

@test "5.10 bears vCPUs, VMs and readers that come and go" { bears_stress 5.10; }
@test "6.12 bears vCPUs, VMs and readers that come and go" { bears_stress 6.12; }
@test "7.2 bears vCPUs, VMs and readers that come and go" { bears_stress 7.2; }

@test "5.10 has nothing locked on the way of an exit" { has_clean_path 5.10; }
@test "6.12 has nothing locked on the way of an exit" { has_clean_path 6.12; }
@test "7.2 has nothing locked on the way of an exit" { has_clean_path 7.2; }

@test "5.10 takes the series, which builds at each patch" { takes_series 5.10; }
@test "6.12 takes the series, which builds at each patch" { takes_series 6.12; }
@test "7.2 takes the series, which builds at each patch" { takes_series 7.2; }

@test "5.10: W=1, sparse and checkpatch say nothing" { is_clean 5.10; }
@test "6.1: W=1, sparse and checkpatch say nothing" { is_clean 6.1; }
@test "6.12: W=1, sparse and checkpatch say nothing" { is_clean 6.12; }
@test "7.2: W=1, sparse and checkpatch say nothing" { is_clean 7.2; }

@test "an unknown kernel is refused, with those that are known" {
	run make -s -C "$TOP" measure KERNEL=4.19
	[ "$status" -ne 0 ]
	[[ $output == *"KERNEL=4.19 is none of 5.10 6.1 6.12 7.2"* ]]
}

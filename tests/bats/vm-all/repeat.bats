#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The emulated SVM host repeats itself too; the VMX one has it in vmx.bats.

load ../vm/vm

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "two deterministic runs on SVM count the same, to the last exit" {
	CACHE=$C/cache run "$TOP/tests/repeat" 2 micro --host emulated-svm "${VM_KERNEL[@]}"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"every count and every cycle the same" ]]
}

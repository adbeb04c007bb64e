#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The scenario operations with the cloud guest, and on emulated VMX.

load ../lib/vm.bash
load ../lib/operations.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "each operation of the micro guest has its exits on VMX" {
	operations_pass emulated-vmx micro
}

# There other programs run beside, so that there may be more exits than the law says, but none less.
@test "the cloud guest writes to its disk and reads an MSR, too" {
	run_vm --host emulated-svm --guest cloud --scenario operations
	[ "$status" -eq 0 ]
	[ "$(jq -r .verdict "$OUT/verdicts.json")" = pass ]
	jq -e '.operations[] | select(.name == "fsync") | .not_done == null and .exits > .n' "$OUT/summary.json"
	jq -e '.operations[] | select(.name == "msr") | .not_done == null and
		([.reasons[] | select(.name == "MSR" or .name == "MSR_READ") | .count] | add) >= .n' "$OUT/summary.json"
}

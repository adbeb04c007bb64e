#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The scenario operations with the micro guest. The cloud guest and emulated VMX are in tests/vm-long/operations.bats.

load ../lib/vm.bash
load ../lib/operations.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "each operation of the micro guest has its exits on SVM, interrupts between two vCPUs among them" {
	operations_pass emulated-svm micro --vcpus 2
	"$TOP/tests/schema/validate" "$OUT"
	jq -e '.operations | map(select(.not_done == null) | .name) |
		. == ["readings", "idle", "cpuid", "port", "fault", "timer", "console", "fork", "ipi", "rdtsc", "hypercall"]' \
		"$OUT/summary.json"
}

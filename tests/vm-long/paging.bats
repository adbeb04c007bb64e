#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Shadow paging where VMX emulates parts of a guest's real mode. tests/vm has the shorter runs.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "with shadow paging the micro guest passes every clause on VMX but those by nested page faults and by KVM's statistic" {
	run_vm --host emulated-vmx --guest micro --paging shadow
	[ "$status" -eq 0 ]
	[ "$(verdict paging)" = pass ]
	[ "$(not_passed)" = "$(unjudged "concurrent cycles-handling cycles-carry") oracle-stat" ]
	jq -e '.guest_machine | .paging == "shadow" and .unrestricted_guest == "no"' "$OUT/summary.json"
	jq -e 'any(.host_counters.reasons[]; .name == "EPT_VIOLATION" or .name == "EPT_MISCONFIG") | not' "$OUT/summary.json"
}

@test "with shadow paging two runs on VMX are the same where they are deterministic" {
	local n
	for n in 1 2; do
		run_vm --host emulated-vmx --guest micro --paging shadow --deterministic
		[ "$status" -eq 0 ]
		mv "$OUT" "$OUT.$n"
	done
	cmp "$OUT.1/host-counters.txt" "$OUT.2/host-counters.txt"
	cmp "$OUT.1/inputs.txt" "$OUT.2/inputs.txt"
}

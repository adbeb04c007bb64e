#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Emulated VMX, in those cases that take minutes.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "the cloud guest passes every clause on VMX" {
	run_vm --host emulated-vmx --guest cloud
	[ "$status" -eq 0 ]
	[ "$(jq -r .verdict "$OUT/verdicts.json")" = pass ]
	grep -q 'cloud-init.*finished at' "$OUT/console.log"
}

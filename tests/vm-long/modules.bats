#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# tests/vm/modules.bats with Intel's module, on Bochs, which is five times slower.

load ../lib/vm.bash

setup() {
	vm_setup
	modules_kit enable_apicv=0
}
teardown() { vm_teardown; }

@test "VMX: reload, restore, status, death after each step, every refusal; then a run as ever" {
	run_vm --host emulated-vmx --guest micro --kit "$C/kit"
	[ "$status" -eq 0 ]
	modules_said
}

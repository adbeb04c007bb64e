#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Reload, restore and status on the machine itself, which is an L1 host here. The scripts steps and lockdown of
# tests/inside/host run in it.

load ../lib/vm.bash

setup() {
	vm_setup
	modules_kit
}
teardown() { vm_teardown; }

@test "SVM: reload, restore, status, death after each step, every refusal; then a run as ever" {
	run_vm --host emulated-svm --guest micro --kit "$C/kit"
	[ "$status" -eq 0 ]
	modules_said
}

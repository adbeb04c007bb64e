#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# tests/vm/modules.bats with Intel's module, on Bochs, which is five times slower; and with the kernel that has no
# MODVERSIONS, where nothing but a name keeps a stock vendor's module from our kvm.ko.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "VMX: reload, restore, status, death after each step, every refusal; then a run as ever" {
	modules_kit enable_apicv=0
	run_vm --host emulated-vmx --guest micro --kit "$C/kit"
	[ "$status" -eq 0 ]
	modules_said
}

@test "7.2, without MODVERSIONS: the same, and no module links with what it does not fit" {
	KERNEL=7.2
	make -s -C "$TOP" -j2 prepare KERNEL="$KERNEL" HOST=emulated-svm
	vm_use_kernel
	modules_kit
	run_vm --host emulated-svm --guest micro --kit "$C/kit"
	[ "$status" -eq 0 ]
	modules_said
}

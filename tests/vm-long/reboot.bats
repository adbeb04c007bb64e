#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The scenario reboot with the cloud guest, and on emulated VMX.

load ../lib/vm.bash
load ../lib/reboot.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "the micro guest reboots on VMX, and its counters carry on" {
	reboots_and_passes emulated-vmx micro
	# QEMU's machine pc at times shows one reboot as two resets.
	jq -e '.resets >= 1 and .guest_machine.paging == "ept"' "$OUT/summary.json"
}

@test "the cloud guest reboots on SVM, and cloud-init runs the probe again" {
	reboots_and_passes emulated-svm cloud
	[ "$(grep -c 'reboot: Restarting system' "$OUT/console.log")" -eq 1 ]
}

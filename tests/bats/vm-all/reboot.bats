#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The scenario reboot with the cloud guest, and on emulated VMX.

load ../vm/vm

setup() { vm_setup; }
teardown() { vm_teardown; }

reboots_and_passes() {
	run_vm --host "$1" --guest "$2" --scenario reboot
	[ "$status" -eq 0 ]
	[ "$(jq -r .verdict "$OUT/verdicts.json")" = pass ]
	[ "$(verdict reboot-carries)" = pass ]
	[ "$(verdict oracle-trace)" = pass ]
	jq -e '[.points | .early, .boot, .reboot, .early2, .boot2, .shutdown | .exits] | . == sort' "$OUT/summary.json"
	jq -e '.scenarios.reboot.exits > .scenarios.reboot.probe.count' "$OUT/summary.json"
}

@test "the micro guest reboots on VMX, and its counters carry on" {
	reboots_and_passes emulated-vmx micro
	# QEMU's pc shows one reboot as two resets at times.
	jq -e '.resets >= 1 and .guest_machine.paging == "ept"' "$OUT/summary.json"
}

@test "the cloud guest reboots on SVM, and cloud-init runs the probe again" {
	reboots_and_passes emulated-svm cloud
	[ "$(grep -c 'reboot: Restarting system' "$OUT/console.log")" -eq 1 ]
}

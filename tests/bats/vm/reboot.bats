#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The scenario reboot, as a micro guest does it.  The cloud guest and emulated VMX: ../vm-all.

load vm

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "the micro guest reboots on SVM, and its counters carry on" {
	run_vm --host emulated-svm --guest micro --scenario reboot
	[ "$status" -eq 0 ]
	[ "$(jq -r .verdict "$OUT/verdicts.json")" = pass ]
	[ "$(verdict reboot-carries)" = pass ]
	[ "$(verdict oracle-trace)" = pass ]
	jq -e '[.points | .early, .boot, .reboot, .early2, .boot2, .shutdown | .exits] | . == sort' "$OUT/summary.json"
	jq -e '.scenarios.reboot.exits > .scenarios.reboot.probe.count' "$OUT/summary.json"
}

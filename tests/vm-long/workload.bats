#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# A script of the user's runs in the cloud guest, and one that never ends is ended.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "a script runs in the cloud guest, and is killed at the end of its time" {
	printf '#!/bin/sh\nid -u\nsleep 3000\n' >"$C/work.sh"
	run_vm --host emulated-svm --guest cloud --workload "$C/work.sh" --timeout-workload 5
	[ "$status" -eq 0 ]
	[ "$(jq -r .verdict "$OUT/verdicts.json")" = pass ]
	jq -e '.workload.name == "work.sh" and .workload_run.end == "late" and .workload_run.ms >= 5000' "$OUT/summary.json"
	[ "$(cat "$OUT/workload-output.txt")" = 0 ]
}

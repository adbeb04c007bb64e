#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# A program of the user's runs in the micro guest. The cloud guest is in tests/vm-long/workload.bats.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "a static program runs in the micro guest, and its exits, its end and its words are told" {
	"${PROBE_CC:-musl-gcc}" -static -Os -Wall -Wextra -o "$C/work" "$TOP/tests/inside/guest/workload.c"
	run_vm --host emulated-svm --guest micro --workload "$C/work"
	[ "$status" -eq 0 ]
	[ "$(jq -r .verdict "$OUT/verdicts.json")" = pass ]
	[ "$(verdict oracle-points)" = pass ]
	"$TOP/tests/schema/validate" "$OUT"
	jq -e '.scenario == "workload" and (.workload_run | .end == "exited" and .code == 3 and .bytes == 32)' "$OUT/summary.json"
	[ "$(jq -r .workload.sha256 "$OUT/summary.json")" = "$(sha256sum "$C/work" | cut -d' ' -f1)" ]
	[ "$(cat "$OUT/workload-output.txt")" = "EM1 0 shutdown begin nonce=5eed" ]
	# Its CPUIDs and the probe's own, of which the table tells how many there are.
	jq -e '.scenarios.workload | (.reasons | map(select(.name == "CPUID"))[0].count) as $n |
		$n >= 5000 and $n <= 5000 + .probe.count' "$OUT/summary.json"
	grep -q '^ *it ended with exit status 3 after ' "$OUT/report.txt"
	run "$EXITMETER" replay "$OUT"
	[ "$status" -eq 0 ]
}

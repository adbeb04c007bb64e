# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154 # bats and vm.bash set them
#
# The scenario operations, for every host and guest. Load vm.bash before it.

# operations_pass HOST GUEST OPTION...: a run passes, and each operation has its own exits.
operations_pass() {
	run_vm --host "$1" --guest "$2" --scenario operations "${@:3}"
	[ "$status" -eq 0 ]
	[ "$(jq -r .verdict "$OUT/verdicts.json")" = pass ]
	[ "$(verdict op-cpuid)" = pass ]
	[ "$(verdict op-port)" = pass ]
	[ "$(verdict op-rdtsc)" = pass ]
	[ "$(verdict oracle-trace)" = pass ]
	# by: the exits of these reasons, whatever the vendor calls them.
	jq -e 'def by(op; names): .operations[] | select(.name == op) |
			[.reasons[] | select(.name as $n | names | index($n)) | .count] | add;
		by("cpuid"; ["CPUID"]) == 1000 and
		by("port"; ["IOIO", "IO_INSTRUCTION"]) == 400 and
		by("rdtsc"; ["RDTSC"]) == null and
		by("hypercall"; ["VMMCALL", "VMCALL"]) >= 200 and
		by("timer"; ["HLT"]) > 0 and
		by("console"; ["IOIO", "IO_INSTRUCTION"]) >= 240' "$OUT/summary.json"
	grep -q '^  CPUID  *1,000  *1,0' "$OUT/report.txt"
}

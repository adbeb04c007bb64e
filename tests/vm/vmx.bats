#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Real runs on the emulated VMX host, whose L1 machine is Bochs.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

start_run() {
	"$EXITMETER" run "${VM_KERNEL[@]}" --host emulated-vmx --guest micro --cache "$C/cache" \
		--out "$OUT" > "$C/log" 2>&1 3>&- &
	PID=$!
}

wait_for_phase() {
	for _ in $(seq 1200); do
		if grep -qs "phase $1" "$C"/cache/scratch/*/host-progress.log; then return 0; fi
		kill -0 "$PID" || { cat "$C/log"; return 1; }
		sleep 0.1
	done
	return 1
}

bochs_pid() { cat "$C"/cache/scratch/*/bochs.pid; }

@test "the micro guest passes every clause on VMX" {
	run_vm --host emulated-vmx --guest micro --paging nested
	[ "$status" -eq 0 ]
	[ "$(verdict paging)" = pass ]
	[ "$(not_passed)" = "$(unjudged)" ]
	for f in config.json domain.xml host-bochsrc.txt console.log records.log host-console.log \
		host-counters.txt enabled.txt evidence.json summary.json report.txt; do
		[ -s "$OUT/$f" ]
	done
	grep -q '^vendor vmx' "$OUT/host-counters.txt"
	grep -q '^# vendor vmx' "$OUT/enabled.txt"
	[ "$(jq -r .emulator.name "$OUT/evidence.json")" = bochs-3.0 ]
	# Only VMX with EPT and a preemption timer shows these reasons.
	for name in EPT_VIOLATION CR_ACCESS CPUID; do
		jq -e --arg name $name '.points.shutdown.reasons[] | select(.name == $name) | .count > 0' "$OUT/summary.json"
	done
}

@test "an unpatched KVM on VMX fails in Intel's way" {
	run_vm --host emulated-vmx --guest micro --modules stock
	[ "$status" -eq 1 ]
	[ "$(verdict implemented)" = fail ]
	jq -r '.clauses[] | select(.id == "implemented") | .got' "$OUT/verdicts.json" |
		grep -q 'as an unpatched KVM answers on an Intel-like CPU model'
}

@test "Bochs killed halfway is a lost host, and the run folder says so" {
	start_run
	wait_for_phase "load modules"
	kill -9 "$(bochs_pid)"
	wait "$PID" || got=$?
	cat "$C/log"
	[ "$got" -eq 3 ]
	[ "$(outcome)" = host-lost ]
	jq -r .detail "$OUT/evidence.json" | grep -q 'ended by signal 9'
}

@test "Ctrl-C ends Bochs as well" {
	start_run
	wait_for_phase "load modules"
	bochs=$(bochs_pid)
	kill -TERM "$PID"
	wait "$PID" || got=$?
	cat "$C/log"
	[ "$got" -eq 143 ]
	[ ! -d "/proc/$bochs" ]
	[ ! -e "$OUT" ]
}

@test "kill -9 of the harness ends Bochs at once, and the next start cleans up" {
	start_run
	wait_for_phase "load modules"
	bochs=$(bochs_pid)
	kill -9 "$PID"
	wait "$PID" || true
	for _ in $(seq 50); do
		[ -d "/proc/$bochs" ] || break
		sleep 0.1
	done
	[ ! -d "/proc/$bochs" ]
	run "$EXITMETER" clean --cache "$C/cache"
	[ "$status" -eq 0 ]
	[[ $output == "1 dead run put away" ]]
}

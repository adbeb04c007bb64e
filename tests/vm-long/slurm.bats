#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# make compare and make grade with ENGINE=slurm, end to end, with real runs of the micro guest, on a cluster of two nodes
# that are both this machine.

load ../lib/vm.bash
load ../lib/root.bash
load ../lib/slurm.bash

setup() {
	need_slurm
	vm_setup
	D=$C
	start_slurm
}

teardown() {
	stop_slurm
	vm_teardown
}

# make_with TARGET VARIABLE...: has make do it by Slurm, with what is built already.
make_with() {
	run make --no-print-directory -s -C "$TOP" "$@" CACHE="$CACHE" KERNEL="$KERNEL" GUEST=micro HOST=emulated-svm ENGINE=slurm SHARDS=2 OUT="$D/out"
	echo "$output"
	cat "$D"/out/slurm/*.log
}

@test "make compare has both sides run by Slurm, and says what differs" {
	make_with compare A=MEMORY=512 B=MEMORY=768 N=2
	[ "$status" -le 1 ]
	[ "$(find "$D/out/runs" -name verdicts.json | wc -l)" -eq 4 ]
	[ "$(find "$D/out/runs" -name verdicts.json -exec jq -r .verdict {} + | sort -u)" = pass ]
	[ "$(jq -r '.runs_a, .runs_b' "$D/out/comparison.json" | paste -sd' ')" = "2 2" ]
	[[ $output == *"$(jq -r .sentence "$D/out/comparison.json")" ]]
	[ -e "$D/out/batch.html" ]
}

# runs_done: prints how many run folders are whole.
runs_done() { find "$D/b/runs" -name SHA256SUMS 2>/dev/null | wc -l; }

@test "eight real runs on two nodes, of which one is killed in the middle, come to the same report as here" {
	"$EXITMETER" batch plan --axis vcpus=1,2 --runs 4 --guest micro --host emulated-svm --cache "$C/cache" "${VM_KERNEL[@]}" --out "$D/b"
	"$EXITMETER" batch submit --engine slurm --shards 4 --wait "$D/b" >"$D/got" 2>"$D/said" 3>&- &
	submit=$!
	wait_for 600 eval '[ "$(runs_done)" -ge 2 ]'
	[ "$(runs_done)" -lt 8 ]
	kill_node n2
	end_in_a_hurry "$submit"
	cat "$D/said" "$D"/b/slurm/*.log
	[ "$(runs_done)" -eq 8 ]
	[ "$(find "$D/b/runs" -name verdicts.json -exec jq -r .verdict {} + | sort -u)" = pass ]
	"$EXITMETER" batch report "$D/b" >"$D/want"
	diff "$D/got" "$D/want"
	diff "$D/b/slurm/report.log" "$D/want"
}

@test "make grade plans a class, has Slurm measure it, and grades it" {
	mkdir -p "$D/class/ann" "$D/class/bob"
	cp "$CACHE/modules/$KERNEL/"*.ko "$D/class/ann/"
	cp "$CACHE/modules/$KERNEL/"*.ko "$D/class/bob/"
	make_with grade SUBJECTS="$D/class"
	[ "$status" -eq 0 ]
	[ "$(jq -r '.subjects[] | .subject + " " + .verdict' "$D/out/grades.json" | paste -sd,)" = "ann pass,bob pass" ]
	[ "$(find "$D/out/subjects" -name SHA256SUMS | wc -l)" -ge 2 ]
	[ -e "$D/out/grades.html" ]
}

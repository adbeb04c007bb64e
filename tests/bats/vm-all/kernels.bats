#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Every kernel that the hooks are known to fit: booted on the emulated SVM host with our modules and
# with its own, and compiled for both vendors without a word.

load ../vm/vm

setup() { vm_setup; }
teardown() { vm_teardown; }

# use_kernel KERNEL: build what it needs, and have run_vm take it.
use_kernel() {
	KERNEL=$1
	make -s -C "$TOP" -j2 prepare KERNEL="$KERNEL" HOST=emulated-svm
	vm_use_kernel
}

# passes_exactly KERNEL [CLAUSE]: every clause but CLAUSE, which is skipped, on that very kernel; and but for
# those that take several CPUs, or have to be asked for.
passes_exactly() {
	use_kernel "$1"
	run_vm --host emulated-svm --guest micro
	[ "$status" -eq 0 ]
	[ "$(jq -r '[.clauses[] | select(.verdict != "pass") | .id] | join(" ")' "$OUT/verdicts.json")" = "concurrent cycles-carry${2+ $2}" ]
	[ -z "${2-}" ] || [ "$(verdict "$2")" = skip ]
	[ "$(verdict oracle-trace)" = pass ]
	[[ $(jq -r .kernel.host "$OUT/evidence.json") == "$1."* ]]
}

fails_unpatched() {
	use_kernel "$1"
	run_vm --host emulated-svm --guest micro --modules stock
	[ "$status" -eq 1 ]
	[ "$(verdict implemented)" = fail ]
	[[ $(jq -r .kernel.host "$OUT/evidence.json") == "$1."* ]]
}

answers_everything() {
	use_kernel "$1"
	run "$TOP/tests/kernel/boot-abi" "$CACHE/trees/build-$SUITE" "$CACHE/modules/$KERNEL"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^ok: ' <<<"$output")" -eq 54 ]
}

is_clean() {
	use_kernel "$1"
	run "$TOP/kernel-patch/lint" --tree "$CACHE/trees/build-$SUITE"
	echo "$output"
	[ "$status" -eq 0 ]
}

# Its statistic counts what is no exit; its tracepoint does not.
@test "5.10 passes every clause, to the last exit" { passes_exactly 5.10 oracle-stat; }
@test "6.1 passes every clause, to the last exit" { passes_exactly 6.1; }
@test "6.12 passes every clause, to the last exit" { passes_exactly 6.12; }
@test "7.2 passes every clause, to the last exit" { passes_exactly 7.2; }

@test "5.10 unpatched fails" { fails_unpatched 5.10; }
@test "6.1 unpatched fails" { fails_unpatched 6.1; }
@test "6.12 unpatched fails" { fails_unpatched 6.12; }
@test "7.2 unpatched fails" { fails_unpatched 7.2; }

@test "5.10 answers every leaf and reason" { answers_everything 5.10; }
@test "6.12 answers every leaf and reason" { answers_everything 6.12; }
@test "7.2 answers every leaf and reason" { answers_everything 7.2; }

@test "5.10: W=1, sparse and checkpatch say nothing" { is_clean 5.10; }
@test "6.1: W=1, sparse and checkpatch say nothing" { is_clean 6.1; }
@test "6.12: W=1, sparse and checkpatch say nothing" { is_clean 6.12; }
@test "7.2: W=1, sparse and checkpatch say nothing" { is_clean 7.2; }

@test "an unknown kernel is refused, with those that are known" {
	run make -s -C "$TOP" measure KERNEL=4.19
	[ "$status" -ne 0 ]
	[[ $output == *"KERNEL=4.19 is none of 5.10 6.1 6.12 7.2"* ]]
}

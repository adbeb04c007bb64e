#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Every wrong patch of tests/mutants fails by its clause, and the right ones pass, on SVM and on VMX, as modules and as source.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "every mutant is caught by its clause, and by no other" {
	run env CACHE="$CACHE" KERNEL=6.1 "$TOP/tests/mutants/run" --out "$OUT"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -cE ' (SLIPPED|EXTRA|LOST) ' <<< "$output")" -eq 0 ]
}

@test "every mutant is caught when it is handed in as source: as a patch, as files, as a tree" {
	for form in patch files tree; do
		run env CACHE="$CACHE" KERNEL=6.1 "$TOP/tests/mutants/run" --form "$form" --out "$OUT-$form"
		echo "$output"
		[ "$status" -eq 0 ]
		[ "$(grep -cE ' (SLIPPED|EXTRA|LOST) ' <<< "$output")" -eq 0 ]
	done
}

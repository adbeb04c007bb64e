#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Exits that KVM deals with on SVM's fast path. KVM takes it on a CPU that tells the next instruction's address
# (nrips), which Bochs' does and QEMU's does not. Of the kernels, only 7.2 takes it for what a guest of one vCPU does.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

setup_file() {
	make -s -C "$BATS_TEST_DIRNAME/../.." -j2 prepare KERNEL=7.2 HOST=emulated-svm ARGS=--deterministic
}

# run_7_2 OPTION...: does a run with the kernel 7.2 on Bochs.
run_7_2() {
	KERNEL=7.2
	vm_use_kernel
	run_vm --host emulated-svm --guest micro --deterministic "$@"
}

@test "exits of SVM's fast path are counted, to the last one" {
	run_7_2
	[ "$status" -eq 0 ]
	[ "$(verdict oracle-trace)" = pass ]
	[ "$(verdict oracle-stat)" = pass ]
}

@test "a patch that does not count them is caught, so they do come" {
	"$TOP/tests/mutants/build" --tree "$CACHE/trees/build-trixie-backports" --modules "$CACHE/modules/7.2" \
		"$CACHE/mutants-7.2" "$TOP/tests/mutants/7.2/06-fastpath-uncounted-svm.patch"
	run_7_2 --module-dir "$CACHE/mutants-7.2/modules/06-fastpath-uncounted-svm"
	[ "$status" -eq 1 ]
	[ "$(jq -r '[.clauses[] | select(.verdict == "fail") | .id] | join(" ")' "$OUT/verdicts.json")" = \
		"oracle-trace oracle-points oracle-stat" ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Submissions whose handler never returns: the host hangs in the module under test, and its author is told where.

load ../lib/vm.bash

TREE=$CACHE/trees/build-bookworm
CHANGE=$TOP/tests/fixtures/submissions/global-totals.patch

setup_file() {
	[ -f "$TREE/tree.json" ] || skip "no build tree at $TREE; make tree makes it"
	"$TOP/kernel-patch/make-source" --tree "$TREE" "$BATS_FILE_TMPDIR/source"
	patch -s -p1 -d "$BATS_FILE_TMPDIR/source" <"$CHANGE"
}

setup() {
	vm_setup
	cd "$BATS_TEST_TMPDIR" || return
	mkdir mine
	cp "$BATS_FILE_TMPDIR/source/arch/x86/kvm/cpuid.c" mine/
}
teardown() { vm_teardown; }

# hangs HOST FUNCTION MODULE FILE: measures mine/, which must fail by the clause stable, with the place.
hangs() {
	"$TOP/kernel-patch/build-submission" --tree "$TREE" --from mine "$BATS_FILE_TMPDIR/built"
	run_vm --host "$1" --guest micro --module-dir "$BATS_FILE_TMPDIR/built"
	[ "$status" -eq 1 ]
	[ "$(outcome)" = host-crashed ]
	[ "$(verdict stable)" = fail ]
	jq -r '.clauses[] | select(.id == "stable") | .got' "$OUT/verdicts.json" |
		grep -E "it hangs in $2\+0x[0-9a-f]+ of $3: .* $4:[0-9]+$"
}

# spin_on_svm LINES: svm_handle_exit() never returns from its 3000th exit.
spin_on_svm() {
	sed "s/^\tatomic64_add(1, &total_exits);/&\n$1\twhile (atomic64_read(\&total_exits) > 3000)\n\t\tcpu_relax();/" \
		"$BATS_FILE_TMPDIR/source/arch/x86/kvm/svm/svm.c" >mine/svm.c
	hangs emulated-svm svm_handle_exit kvm_amd arch/x86/kvm/svm/svm.c
}

@test "SVM, interrupts come: the kernel's own watchdog tells the place" {
	spin_on_svm ""
}

@test "SVM, no interrupts come: an NMI makes the kernel tell the place" {
	spin_on_svm "\tif (atomic64_read(\&total_exits) > 3000)\n\t\tlocal_irq_disable();\n"
}

@test "VMX, interrupts come: the kernel's own watchdog tells the place" {
	sed 's/^\tint ret = __vmx_handle_exit(vcpu, exit_fastpath);/\tint ret;\n\n\tatomic64_add(1, \&total_exits);\n\twhile (atomic64_read(\&total_exits) > 3000)\n\t\tcpu_relax();\n\tret = __vmx_handle_exit(vcpu, exit_fastpath);/
		s/^static int vmx_handle_exit(struct/extern atomic64_t total_exits;\n&/' \
		"$BATS_FILE_TMPDIR/source/arch/x86/kvm/vmx/vmx.c" >mine/vmx.c
	hangs emulated-vmx vmx_handle_exit kvm_intel arch/x86/kvm/vmx/vmx.c
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# What the builder of submissions finds out about source, and what `run` makes of one that could not be built. Neither
# needs a VM or a build tree: tests/vm/submission.bats has what does.

load ../lib/cli.bash

# leaves FILE...: where they handle the four leaves.
leaves() {
	local file
	for file; do
		awk -v path="$file" '{ gsub(/\t/, " "); printf("%s\t%d\t%s\n", path, NR, $0) }' "$file"
	done | awk -F '\t' -f "$top/kernel-patch/find-leaves.awk" | sort
}

@test "the place of a leaf is found by its number, whatever it is written like, and not in a comment or a message" {
	cd "$BATS_TEST_TMPDIR"
	cat >a.c <<-'END'
	/* CPUID(0x4FFFFFFF) is the total,
	 * 0x4FFFFFFE the cycles */
	// 0x4ffffffd
	printk("CPUID(0x4FFFFFFD), exits=%d", n);	x = 0x4FFFFFFFUL;
	if (eax == 0x4FFFFFFFu)
		total();
	else if (1342177278 == eax)
		cycles();
	else if (eax == 0x4FFFFFFD0)
		other();
	END
	run leaves a.c
	echo "$output"
	[ "$output" = $'0x4ffffffe\ta.c:7\n0x4fffffff\ta.c:5' ]
}

@test "the place of a leaf is found by a name that another file gives it" {
	cd "$BATS_TEST_TMPDIR"
	printf '%s\n' 'switch (eax) {' 'case LEAF_TOTAL:' '	break;' 'case LEAF_REASON: break;' '}' >a.c
	printf '%s\n' '#define LEAF_TOTAL (0x4fffffff)' 'enum {' '	LEAF_REASON = 0x4ffffffd,' '};' \
		'static const u32 LEAF_C = 0x4ffffffc;' >b.h
	run leaves a.c b.h
	echo "$output"
	[ "$output" = $'0x4ffffffd\ta.c:4\n0x4fffffff\ta.c:2' ]
}

@test "a tree that answers the leaves by other code than ours is no TREE=, and is to be handed in" {
	mkdir -p "$BATS_TEST_TMPDIR/tree/arch/x86/kvm/vmx"
	echo 'obj-m += kvm.o' >"$BATS_TEST_TMPDIR/tree/arch/x86/kvm/Makefile"
	echo '/* 0x4fffffff is nobody'"'"'s */' >"$BATS_TEST_TMPDIR/tree/arch/x86/kvm/cpuid.c"
	cd "$BATS_TEST_TMPDIR"
	"$top/kernel-patch/check-own-tree" tree
	printf '%s\n' '' 'if (eax == 0x4FFFFFFE)' '	answer();' >>tree/arch/x86/kvm/cpuid.c
	refused 2 "at arch/x86/kvm/cpuid.c:3" "$top/kernel-patch/check-own-tree" tree
	cd "$top"
	run make -s modules TREE="$BATS_TEST_TMPDIR/tree" CACHE="$cache"
	echo "$output"
	[ "$status" -eq 2 ]
	[[ $output == *"make measure SUBMISSION=$BATS_TEST_TMPDIR/tree"* ]]
	# Our own series is known by its files.
	echo 'kvm-y += exitmeter.o' >>"$BATS_TEST_TMPDIR/tree/arch/x86/kvm/Makefile"
	"$top/kernel-patch/check-own-tree" "$BATS_TEST_TMPDIR/tree"
}

# unbuilt: a folder as the builder leaves it.
unbuilt() {
	mkdir "$BATS_TEST_TMPDIR/modules"
	printf '%s\n' 'build-failed 1' 'kind: compiler' 'kernel: 6.1' 'message: the submission does not compile' \
		'error: arch/x86/kvm/cpuid.c:7:1: expected ;' >"$BATS_TEST_TMPDIR/modules/build-failed.txt"
	printf '%s\n' 'submission 1' 'form: files' 'base: 6.1' >"$BATS_TEST_TMPDIR/modules/submission.txt"
}

@test "what could not be built fails by the clause builds, and nothing is booted" {
	unbuilt
	run "$exitmeter" run --host emulated-svm --guest micro --cache "$cache" --module-dir "$BATS_TEST_TMPDIR/modules" --out "$out"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"FAILED  builds"*"cpuid.c:7:1: expected ;"* ]]
	[ "$(jq -r '.clauses[] | select(.weight != "not asked") | "\(.id) \(.verdict) \(.weight)"' "$out/verdicts.json")" = "builds fail required" ]
	[ "$(jq -r .outcome "$out/evidence.json")" = not-built ]
	[ "$(jq -r .submission.form "$out/summary.json")" = files ]
	cmp "$out/build-failed.txt" "$BATS_TEST_TMPDIR/modules/build-failed.txt"
	[ ! -e "$out/host-console.log" ]
	"$top/tests/schema/validate" "$out"
	run "$exitmeter" replay "$out"
	[ "$status" -eq 1 ]
}

@test "what is said of a build is read strictly: a damaged cause is no verdict" {
	unbuilt
	printf 'error: \033[2J\n' >>"$BATS_TEST_TMPDIR/modules/build-failed.txt"
	run "$exitmeter" run --host emulated-svm --guest micro --cache "$cache" --module-dir "$BATS_TEST_TMPDIR/modules" --out "$out"
	echo "$output"
	[ "$status" -eq 3 ]
	[[ $output == *"LOST"*"builds"*"build-failed.txt is malformed"* ]]
}

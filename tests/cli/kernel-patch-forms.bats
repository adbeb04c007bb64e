#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# In which forms a submission comes, and what of it is taken for which file of KVM's. The kernel here is a few files of a
# few lines; tests/vm/submission.bats builds.

bats_require_minimum_version 1.5.0
load ../lib/root.bash

setup() {
	top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	W=$BATS_TEST_TMPDIR/work S=$BATS_TEST_TMPDIR/s
	mkdir -p "$W/changes" "$W/submission" "$S"
	host=$W/host
	kvm_source "$host"
	cd "$BATS_TEST_TMPDIR" || return
}

# kvm_source FOLDER: makes a tree with files of KVM's, each of which defines a function of its own.
kvm_source() {
	local path name
	for path in arch/x86/kvm/{cpuid.c,cpuid.h,x86.c,vmx/vmx.c,svm/svm.c,svm/svm.h} arch/x86/include/asm/{vmx.h,svm.h,cpuid.h} \
		arch/x86/include/uapi/asm/{vmx.h,svm.h} include/linux/kvm_host.h virt/kvm/kvm_main.c; do
		mkdir -p "$1/$(dirname "$path")"
		name=${path//[\/.]/_}
		printf '%s\n' "int $name(void)" '{' '	return 1;' '}' >"$1/$path"
	done
	echo 'obj-m += kvm.o' >"$1/arch/x86/kvm/Makefile"
}

# in_builder COMMAND...: with the builder's functions, for the submission $S. What it notes and refuses is printed.
in_builder() {
	# shellcheck disable=SC2016 # the inner shell's
	run bash -euc '
		set -o pipefail
		shopt -s inherit_errexit
		top=$1 here=$1/kernel-patch
		. "$top/images/lib.sh"
		. "$here/lib.bash"
		for part in sandbox submission submission-{form,patches,base,outside,carry,notes}; do . "$here/$part.bash"; done
		WORK=$2 SUBMISSION=$3	# lib.sh has emptied the one
		shift 3
		TREE=/nonexistent source="" BASE="" LINUX=${LINUX-} CHANGES=0 kernel=6.1.0-9-amd64 NEARNESS="" MAKEFILE_SAYS="" FORM=""
		TELLING=()
		note() { echo "$1: $2"; }
		refuse() { shift; echo "REFUSED $*"; exit 1; }
		"$@"' - "$top" "$W" "$S" "$@"
	echo "$output"
}

# form: what find_form says.
form() { in_builder eval 'take_address; find_form; tell_form; echo "form=$FORM $SUBMISSION"'; }

# paths_of_patches: which files of KVM's the patches in $S change.
paths_of_patches() { in_builder eval 'find_form; gather_patches; cat "$WORK"/changes/*.path'; }

# taken: which files are taken for what, "PATH FILE".
taken() { in_builder eval 'gather_files; for p in "${!FILE_OF[@]}"; do echo "$p ${FILE_OF[$p]#"$SUBMISSION"/}"; done | sort'; }

# patch_of PATH [OLD]: a patch that adds a line.
patch_of() { printf '%s\n' "--- ${2-a/$1}" "+++ ${3-b/$1}" '@@ -1,2 +1,3 @@' ' int f(void)' '+/* more */' ' {'; }

# mail ENCODING: one with what standard input has.
mail() {
	local body
	body=$(cat)
	printf '%s\n' "From 123 Mon Sep 17 00:00:00 2001" "From: A <a@localhost>" "Date: Sat, 1 Jan 2022 10:00:00 +0000" \
		"Subject: [PATCH] KVM: count" "MIME-Version: 1.0" "Content-Type: text/plain; charset=UTF-8" "Content-Transfer-Encoding: $1" ""
	body=$(printf '%s\n' "I count." "---" "$body")
	case $1 in
	base64) base64 <<<"$body" ;;
	quoted-printable) sed 's/=/=3D/g; s/@@/=40=40/' <<<"$body" ;;
	*) printf '%s\n' "$body" ;;
	esac
	echo
}

@test "a tree one folder down, beside a report, is the tree; what has a few files of one is loose files" {
	kvm_source "$S/my kvm"
	echo report >"$S/report.txt"
	form
	[ "$status" -eq 0 ]
	[[ $output == *"form=tree $S/my kvm" ]]
	[[ $output == *"taken: my kvm, which has arch/x86/kvm in it"* ]]
	rm "$S/my kvm/arch/x86/kvm/Makefile"
	form
	[[ $output == "form=files $S" ]]
}

@test "several trees are an error that names them, and a tree behind a link is none" {
	kvm_source "$S/a/linux"
	kvm_source elsewhere
	ln -s "$PWD/elsewhere" "$S/linked"
	form
	[[ $output == *"form=tree $S/a/linux" ]]
	kvm_source "$S/b"
	form
	[[ $output == "form=several $S" ]]
	in_builder eval 'find_form; "gather_$FORM"'
	[ "$status" -eq 1 ]
	[[ $output == *"several Linux trees in it: a/linux b; name one of them"* ]]
}

@test "loose files are taken for the file whose path ends like theirs, the longest of all" {
	mkdir -p "$S"/{include/uapi/asm,asm,svm,tools/arch/x86/include/uapi/asm}
	cp "$host/arch/x86/include/uapi/asm/vmx.h" "$S/include/uapi/asm/"
	cp "$host/arch/x86/kvm/svm/svm.h" "$S/svm/"
	# It lies in a folder of one name, and is like the other.
	cp "$host/arch/x86/include/asm/svm.h" "$S/asm/"
	cp "$host/arch/x86/kvm/cpuid.c" "$host/arch/x86/include/uapi/asm/svm.h" "$S/tools/arch/x86/include/uapi/asm/"
	taken
	[ "$status" -eq 0 ]
	grep -qx "arch/x86/include/uapi/asm/vmx.h include/uapi/asm/vmx.h" <<<"$output"
	grep -qx "arch/x86/kvm/svm/svm.h svm/svm.h" <<<"$output"
	grep -qx "arch/x86/include/asm/svm.h asm/svm.h" <<<"$output"
	[ "$(grep -c '^arch' <<<"$output")" -eq 3 ]
	grep -q "^left out: tools/arch/x86/include/uapi/asm/cpuid.c" <<<"$output"
}

@test "a program that has the name of a file of KVM's is named and left out" {
	mkdir "$S/test" "$S/other"
	cp "$host/arch/x86/kvm/cpuid.c" "$S/"
	printf '%s\n' '#include <stdio.h>' 'int main(void)' '{' '	return 0;' '}' >"$S/test/cpuid.c"
	printf '%s\n' 'static int helper(int n)' '{' '	return n;' '}' >"$S/other/x86.c"
	taken
	[ "$status" -eq 0 ]
	[ "$(grep '^arch' <<<"$output")" = "arch/x86/kvm/cpuid.c cpuid.c" ]
	grep -qx "left out: test/cpuid.c (it is a program of its own, with main())" <<<"$output"
	grep -qx "left out: other/x86.c (it has none of the functions of KVM's arch/x86/kvm/x86.c)" <<<"$output"
}

@test "a patch that was made inside KVM's folders finds its files" {
	{
		patch_of cpuid.c "cpuid.c.orig	2022-01-01 10:00:00" "cpuid.c	2022-01-02 10:00:00"
		patch_of kvm/x86.c
		patch_of vmx/vmx.c
		patch_of x orig/svm/svm.c mine/svm/svm.c
		patch_of x cpuid.h cpuid_new.h
		patch_of kvm_main.c
	} >"$S/a.patch"
	paths_of_patches
	[ "$status" -eq 0 ]
	[ "$output" = "$(printf '%s\n' arch/x86/kvm/{cpuid.c,x86.c,vmx/vmx.c,svm/svm.c,cpuid.h} virt/kvm/kvm_main.c)" ]
	grep -qx -- '--- a/arch/x86/kvm/cpuid.c' "$W/changes/0001.patch"
	grep -qx -- '+++ b/arch/x86/kvm/cpuid.c' "$W/changes/0001.patch"
}

@test "a file that such a patch makes goes where its others are" {
	{
		printf '%s\n' '--- /dev/null' '+++ b/my_counts.h' '@@ -0,0 +1 @@' '+int mine;'
		patch_of cpuid.c
	} >"$S/a.patch"
	paths_of_patches
	[ "$output" = $'arch/x86/kvm/my_counts.h\narch/x86/kvm/cpuid.c' ]
	[ "$(head -n 2 "$W/changes/0001.patch")" = $'--- /dev/null\n+++ b/arch/x86/kvm/my_counts.h' ]
}

@test "a patch for nothing of KVM's says so, and names what it is for" {
	{
		patch_of tools/arch/x86/include/uapi/asm/vmx.h
		patch_of test/cpuid.c test/cpuid.c test/cpuid.c
		patch_of svm.h
		patch_of '../../*/cpuid.c'
	} >"$S/a.patch"
	in_builder eval 'find_form; gather_patches'
	[ "$status" -eq 1 ]
	[ "$(grep -c '^left out: .*(outside KVM.s folders)$' <<<"$output")" -eq 4 ]
	grep -qx "left out: tools/arch/x86/include/uapi/asm/vmx.h (outside KVM's folders)" <<<"$output"
	grep -qx "left out: test/cpuid.c (outside KVM's folders)" <<<"$output"
	[[ $output == *"REFUSED no hunk of $S is for a file of KVM: make the patch in the top folder of the tree"* ]]
}

@test "what is called like a patch and has no hunk hides no files, and files beside a patch are named" {
	cp "$host/arch/x86/kvm/cpuid.c" "$S/"
	echo 12c12 >"$S/changes.diff"
	form
	[ "$output" = "form=files $S" ]
	patch_of arch/x86/kvm/cpuid.c >"$S/A.PATCH"
	form
	[[ $output == *"form=patches $S" ]]
	[[ $output == *"left out: cpuid.c (the patches beside it were taken)"* ]]
	mkdir -p "$S/a/b/c/d"
	mv "$S/A.PATCH" "$S/a/b/c/d/"
	paths_of_patches
	[[ $output == *"left out: changes.diff (it has no hunk of a patch"* ]]
	[[ $output == *"arch/x86/kvm/cpuid.c" ]]
}

@test "a mail with an encoded patch is one by its content, in a mailbox of any order and in a folder of mails" {
	need_root "mails are read in a sandbox"
	{
		patch_of arch/x86/kvm/vmx/vmx.c | mail 8bit
		patch_of arch/x86/kvm/cpuid.c | mail quoted-printable
		patch_of arch/x86/kvm/x86.c | mail base64
	} >"$S/mixed.MBOX"
	paths_of_patches
	[ "$status" -eq 0 ]
	[ "$output" = $'arch/x86/kvm/vmx/vmx.c\narch/x86/kvm/cpuid.c\narch/x86/kvm/x86.c' ]
	rm -r "$S" "$W/changes" "$W/patches"
	mkdir "$S" "$W/changes"
	patch_of arch/x86/kvm/svm/svm.c | mail base64 | sed '1d; s/$/\r/' >"$S/1.eml"
	echo "I am ill." | mail base64 >"$S/2.eml"
	paths_of_patches
	[ "$status" -eq 0 ]
	[[ $output == *"left out: 2.eml (it has no hunk"* ]]
	[[ $output == *"arch/x86/kvm/svm/svm.c" ]]
}

@test "the endings of patches are the same here and where a class is looked through" {
	# shellcheck disable=SC1090 # the line alone
	. <(grep '^PATCH_ENDINGS=' "$top/kernel-patch/submission-form.bash")
	[ "$(sed -n 's/.*patches\[\] = { \(.*\), NULL };/\1/p' "$top/harness/batch/source.c" | tr -d '"., ')" = "${PATCH_ENDINGS//|/}" ]
}

# module FILE KERNEL: what is read of a module.
module() { printf 'ELF\0license=GPL\0vermagic=%s SMP preempt mod_unload \0name=kvm\0' "$2" >"$1"; }

@test "modules of another kernel are left for the source beside them, and those of this kernel are taken" {
	cp -r "$host/arch/x86/kvm/." "$S/"
	module "$S/kvm.ko" 5.15.0-58-generic
	touch "$S/kvm-intel.ko" "$S/x86.o"
	form
	[[ $output == *"form=files $S" ]]
	[[ $output == *"left out: kvm.ko and the other modules (they are of 5.15.0-58-generic, not of 6.1.0-9-amd64); the source beside them was taken"* ]]
	module "$S/kvm.ko" 6.1.0-9-amd64
	form
	[[ $output == *"form=modules $S" ]]
	[[ $output == *"the source beside it was not"* ]]
	rm "$S"/*.c "$S"/*/*.c
	module "$S/kvm.ko" 5.15.0-58-generic
	form
	[ "$output" = "form=modules $S" ]
}

# address ADDRESS: what SUBMISSION becomes, or why not.
address() { S=$1 form; }

@test "an address is taken in any case, and one that cannot be fetched is told with the one that can" {
	address HTTPS://Example.test/bob/linux#Mine
	[ "$output" = "form=url https://Example.test/bob/linux#Mine" ]
	local given
	for given in git@example.test:bob/linux.git ssh://git@example.test/bob/linux.git git+ssh://example.test/bob/linux.git example.test:bob/linux.git; do
		address "$given"
		[ "$status" -eq 2 ]
		[[ $output == *"which wants a key, and the sandbox that fetches it has none: give"*", https://example.test/bob/linux.git" ]]
	done
	address https://example.test/bob/linux/tree/assignment2
	[ "$status" -eq 2 ]
	[[ $output == *"the address of a page: the repository is https://example.test/bob/linux#assignment2" ]]
	address example.test/bob/linux
	[ "$status" -eq 2 ]
	[[ $output == *"write https:// in front" ]]
	address ftp://example.test/linux
	[ "$status" -eq 2 ]
	[[ $output == *"not by ftp://" ]]
	address "file://$PWD/work/host"
	[ "$output" = "form=tree $W/host" ]
	git init -q repository
	git -C repository -c user.name=a -c user.email=a@localhost commit -q --allow-empty -m one
	git -C repository worktree add -q ../beside
	address "repository#beside"
	[ "$output" = "form=git $PWD/repository#beside" ]
	address "beside#main"
	[ "$status" -eq 2 ]
	[[ $output == *"is a worktree of another repository: name that one, with #main" ]]
	# A folder may be called as it likes.
	mkdir a.test:b
	cp "$host/arch/x86/kvm/cpuid.c" a.test:b/
	address a.test:b
	[ "$output" = "form=files $PWD/a.test:b" ]
}

# --- bases -----------------------------------------------------------------------------------------------

# makefile VERSION PATCHLEVEL SUBLEVEL EXTRAVERSION
makefile() { printf '%s\n' "# SPDX" "VERSION = $1" "PATCHLEVEL = $2" "SUBLEVEL = $3" "EXTRAVERSION = $4" "NAME = X"; }

@test "a release candidate's version is that of its tag, and an author's own name for it is no part of it" {
	makefile 5 15 0 -rc6 >Makefile
	in_builder makefile_version Makefile
	[ "$output" = 5.15-rc6 ]
	makefile 5 15 7 -mine >Makefile
	in_builder makefile_version Makefile
	[ "$output" = 5.15.7 ]
	makefile 5 15 0 -rc6-mine >Makefile
	in_builder makefile_version Makefile
	[ "$output" = 5.15-rc6 ]
	makefile 6 0 0 "" | sed 's/$/\r/' >Makefile
	in_builder makefile_version Makefile
	[ "$output" = 6.0 ]
}

# tag NAME: commits what linux/ has.
tag() {
	git -C linux add -A
	git -C linux -c user.name=a -c user.email=a@localhost commit -qm "$1" --allow-empty
	git -C linux tag "$1"
}

# A clone of Linux in linux/: 5.15-rc1, -rc6 and 5.15, between which Linux changes two files.
linux_history() {
	local file
	git init -q linux
	kvm_source linux
	for file in cpuid x86; do
		{ echo "int arch_x86_kvm_${file}_c(void)"; echo '{'; echo '	begin();'; seq -f '	step(%g);' 40; echo '}'; } >linux/arch/x86/kvm/$file.c
	done
	makefile 5 15 0 -rc1 >linux/Makefile
	tag v5.15-rc1
	sed -i 's/step(1\([0-9]\))/later(1\1)/' linux/arch/x86/kvm/{cpuid,x86}.c
	makefile 5 15 0 -rc6 >linux/Makefile
	tag v5.15-rc6
	sed -i 's/step(\([23][0-9]\))/release(\1)/' linux/arch/x86/kvm/{cpuid,x86}.c
	makefile 5 15 0 "" >linux/Makefile
	tag v5.15
}

# change FOLDER: an author's.
change() { sed -i 's/^{/{\n\tif (eax == 0x4FFFFFFF)\n\t\treturn my_exits;/' "$1/arch/x86/kvm/cpuid.c"; }

# base: the base of the tree in $W/submission, and the change against it.
base() {
	rm -rf "$W"/{changes,base,cut,known,candidate}
	mkdir "$W/changes"
	LINUX=$PWD/linux in_builder eval 'FORM=tree; find_base; compare_with_base; echo "base=$BASE_TOLD"; cat "$WORK"/changes/*.patch | grep "^[-+]"'
}

@test "a tree of a release candidate has that for its base, where its tag is known" {
	need_root "the change is looked at in a sandbox"
	linux_history
	git -C linux worktree add -q "$W/tree" v5.15-rc6
	rm -r "$W/submission"
	cp -r "$W/tree" "$W/submission"
	change "$W/submission"
	base
	[ "$status" -eq 0 ]
	[[ $output == *"base=5.15-rc6, as its Makefile says"* ]]
	[ "$(grep -c '^[-+][^-+]' <<<"$output")" -eq 2 ]
	# A version that no tag has is not taken for another's.
	sed -i 's/-rc6/-rc7/' "$W/submission/Makefile"
	base
	[[ $output == *"base=5.15, the nearest"* || $output == *"base=5.15-rc6, the nearest"* ]]
	[ "$(grep -c '^[-+][^-+]' <<<"$output")" -eq 2 ]
}

@test "a tree from between two releases is not held for the release that its Makefile still says" {
	need_root "the change is looked at in a sandbox"
	linux_history
	# Its Makefile says 5.15, and it is the kernel of 5.16-rc1.
	cp -r linux/. "$W/submission/"
	rm -r "$W/submission/.git"
	sed -i 's/step(\([1-9]\))/merged(\1)/; s/later(/merged(/; s/release(/merged(/' "$W/submission"/arch/x86/kvm/{cpuid,x86}.c
	cp -r "$W/submission/." linux/
	makefile 5 16 0 -rc1 >linux/Makefile
	tag v5.16-rc1
	change "$W/submission"
	base
	[ "$status" -eq 0 ]
	[[ $output == *"check: the Makefile says 5.15, but "*" lines differ from that which have nothing to do with the leaves"* ]]
	[[ $output == *"base=5.16-rc1, the nearest of those known here"* ]]
	[ "$(grep -c '^[-+][^-+]' <<<"$output")" -eq 2 ]
	# Where its tag is not known either, the author's lines alone are taken.
	git -C linux tag -d v5.16-rc1 >/dev/null
	base
	[[ $output == *"base=not known here, like "* ]]
	[ "$(grep -c '^[-+][^-+]' <<<"$output")" -eq 2 ]
}

@test "a tree that is thousands of lines away from what its Makefile says is not looked at line by line" {
	linux_history
	seq -f 'int of_linux_%g;' 2500 >>linux/arch/x86/kvm/x86.c
	makefile 5 16 0 -rc1 >linux/Makefile
	tag v5.16-rc1
	cp -r linux/. "$W/submission/"
	makefile 5 15 0 "" >"$W/submission/Makefile"
	change "$W/submission"
	LINUX=$PWD/linux in_builder eval 'FORM=tree; cut_change() { echo "it was"; return 1; }
		find_base; take_base "$BASE_KIND" "$BASE_PLACE" "$WORK/base"; doubt_makefile; echo "base=$BASE_TOLD"'
	[ "$status" -eq 0 ]
	[[ $output == *"base=5.16-rc1, the nearest of those known here"* ]]
}

@test "an author's other lines in the files of the change are the author's, where the Makefile is right" {
	need_root "the change is looked at in a sandbox"
	linux_history
	cp -r linux/. "$W/submission/"
	change "$W/submission"
	seq -f 'static int unrelated_%g;' 30 >>"$W/submission/arch/x86/kvm/cpuid.c"
	base
	[ "$status" -eq 0 ]
	[[ $output == *"base=5.15, as its Makefile says"* ]]
	[ "$(grep -c '^+[^+]' <<<"$output")" -eq 32 ]
}

@test "an address in place of a clone of Linux is told, with how to make one" {
	LINUX=https://example.test/linux.git in_builder list_bases
	[ "$status" -eq 2 ]
	[[ $output == *"takes a clone on this machine, not an address: git clone --filter=blob:none --no-checkout https://example.test/linux.git linux"* ]]
}

# --- outside of KVM's folders ------------------------------------------------------------------------------

@test "a base is taken by the files that it has, where the submission has one more" {
	linux_history
	in_builder eval 'LINUX=$PWD/linux; take_base tag v5.15 to arch/x86/kvm/cpuid.c arch/x86/kvm/mine.h'
	[ "$status" -eq 0 ]
	cmp linux/arch/x86/kvm/cpuid.c to/arch/x86/kvm/cpuid.c
	[ "$(find to -type f | wc -l)" -eq 1 ]
}

@test "what a repository changes outside of KVM's folders is named, committed or not" {
	need_root "a repository is read in a sandbox"
	linux_history
	mkdir linux/kernel
	echo 'int fork;' | tee linux/kernel/fork.c linux/kernel/exit.c >/dev/null
	echo 'struct kvm_types;' >linux/include/linux/kvm_types.h
	echo 'struct kvm_irqfd;' >linux/include/linux/kvm_irqfd.h
	sed -i 's/^SUBLEVEL.*/SUBLEVEL = 2/' linux/Makefile
	tag v5.15.2
	git clone -q linux "$S/fork"
	S=$S/fork
	change "$S"
	echo 'int more;' >>"$S/kernel/fork.c"
	echo 'int types;' >>"$S/include/linux/kvm_types.h"
	git -C "$S" -c user.name=a -c user.email=a@localhost commit -qam mine
	echo 'int even_more;' >>"$S/kernel/exit.c"
	echo 'what I did' >"$S/README.md"
	rm -r "$W/submission"
	LINUX=$PWD/linux in_builder eval 'FORM=tree; gather_tree; find_base; compare_with_base; tell_outside; echo "base=$BASE_TOLD"; cat "$WORK"/changes/*.path'
	[ "$status" -eq 0 ]
	[[ $output == *"base=5.15.2, as its Makefile says"* ]]
	grep -qx "left out: kernel/exit.c kernel/fork.c (outside KVM's folders)" <<<"$output"
	[ "$(grep -c '^left out' <<<"$output")" -eq 1 ]
	# A header of KVM's beside its folders is taken, if it is changed.
	[ "$(grep -E '^(arch|include)' <<<"$output")" = $'arch/x86/kvm/cpuid.c\ninclude/linux/kvm_types.h' ]
	[ "$(grep -h '^[-+]' "$W/changes/0002.patch")" = $'--- a/include/linux/kvm_types.h\n+++ b/include/linux/kvm_types.h\n+int types;' ]
}

@test "a header that a change includes and the kernel has not is named" {
	local headers=$PWD/tree/usr/src/linux-headers-6.1.0-9-common/include/linux
	mkdir -p "$headers"
	touch "$headers/slab.h"
	printf '%s\n' '--- a/arch/x86/kvm/cpuid.c' '+++ b/arch/x86/kvm/cpuid.c' '@@ -1 +1,4 @@' '+#include <linux/slab.h>' '+#  include <linux/my_exits.h>' \
		'+#include <asm/vmx.h>' ' int f(void)' >"$W/changes/0001.patch"
	in_builder eval 'TREE=$PWD/tree; tell_missing_headers'
	[ "$status" -eq 0 ]
	[ "$(grep -c '^check' <<<"$output")" -eq 1 ]
	[[ $output == *"the change includes <linux/my_exits.h>, which 6.1.0-9-amd64 has not"* ]]
}

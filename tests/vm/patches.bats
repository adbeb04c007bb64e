#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The series for git am. Tests that need a kernel take the build tree in the cache.

TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
# shellcheck source=SCRIPTDIR/../../images/cache-place.bash
. "$TOP/images/cache-place.bash"
: "${TREE:=$CACHE/trees/build-bookworm}"
: "${MODULE_DIR:=$CACHE/modules/6.1}"

setup_file() {
	export GIT_AUTHOR_NAME=Tester GIT_AUTHOR_EMAIL=tester@localhost
	export GIT_COMMITTER_NAME=Tester GIT_COMMITTER_EMAIL=tester@localhost
	if [ -f "$TREE/tree.json" ] && command -v spatch >/dev/null; then
		"$TOP/kernel-patch/make-patches" --tree "$TREE" "$BATS_FILE_TMPDIR/patches"
	fi
}

setup() {
	cd "$BATS_TEST_TMPDIR" || return 1
	patches=$BATS_FILE_TMPDIR/patches
}

require_patches() {
	command -v spatch >/dev/null || skip "spatch is missing; apt-get install coccinelle"
	[ -f "$TREE/tree.json" ] || skip "no build tree at $TREE; make tree makes it"
}

@test "make-patches names what is wrong on its command line" {
	run "$TOP/kernel-patch/make-patches" out
	[ "$status" -eq 2 ]
	[[ $output == *"--tree TREE is missing"* ]]
	command -v spatch >/dev/null || skip "spatch is missing; apt-get install coccinelle"
	mkdir nothing
	run "$TOP/kernel-patch/make-patches" --tree nothing out
	[ "$status" -eq 2 ]
	[[ $output == *"neither a tree of images/build-tree nor a source of Linux"* ]]
}

@test "a folder that has something else in it is left alone" {
	require_patches
	mkdir out
	echo mine >out/notes
	run "$TOP/kernel-patch/make-patches" --tree "$TREE" out
	[ "$status" -eq 2 ]
	[[ $output == *"has something else in it: choose another folder with OUT="* ]]
	[ "$(cat out/notes)" = mine ]
}

@test "who is not known to git is told how to sign off" {
	require_patches
	unset GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
	HOME=$BATS_TEST_TMPDIR GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=user.useConfigOnly \
		GIT_CONFIG_VALUE_0=true GIT_DIR=/nonexistent run "$TOP/kernel-patch/make-patches" --tree "$TREE" out
	echo "$output"
	[ "$status" -eq 2 ]
	[[ $output == *"git config --global user.name"* ]]
	[ ! -e out ]
}

@test "the user's settings of git, and a hook's, change nothing in the series" {
	require_patches
	git init -q theirs
	printf '#!/bin/sh\nexit 1\n' >refuses
	chmod 755 refuses
	mkdir hooks
	mv refuses hooks/pre-commit
	cat >gitconfig <<-END
	[user]
		name = Somebody Else
		email = else@localhost
	[commit]
		gpgSign = true
	[core]
		hooksPath = $PWD/hooks
	[diff]
		noprefix = true
	[format]
		attach = true
		subjectPrefix = RFC
	END
	GIT_CONFIG_GLOBAL=$PWD/gitconfig GIT_DIR=$PWD/theirs/.git "$TOP/kernel-patch/make-patches" --tree "$TREE" out
	[ -z "$(git -C theirs rev-list --all)" ]
	diff -r "$patches" out
	# Who signs off is the user's to set.
	unset GIT_AUTHOR_NAME GIT_AUTHOR_EMAIL GIT_COMMITTER_NAME GIT_COMMITTER_EMAIL
	GIT_CONFIG_GLOBAL=$PWD/gitconfig "$TOP/kernel-patch/make-patches" --tree "$TREE" out
	for patch in out/*.patch; do
		grep -qx 'From: Somebody Else <else@localhost>' "$patch"
		grep -qx 'Signed-off-by: Somebody Else <else@localhost>' "$patch"
	done
}

@test "the messages are as the kernel wants them, signed off" {
	require_patches
	[ "$(ls "$patches" | wc -l)" -eq 3 ]
	for patch in "$patches"/*.patch; do
		grep -q '^Subject: \[PATCH [123]/3\] KVM: x86: [A-Z]' "$patch"
		[ "$(grep -c '^Signed-off-by: Tester <tester@localhost>$' "$patch")" -eq 1 ]
	done
}

@test "checkpatch has nothing to say of the series" {
	require_patches
	checkpatch=$(echo "$TREE"/usr/src/linux-source-*/scripts/checkpatch.pl)
	[ -f "$checkpatch" ] || skip "the build tree has no checkpatch"
	for patch in "$patches"/*.patch; do
		# kernel-patch/lint says why the others are ignored. FILE_PATH_CHANGES is about MAINTAINERS, which is upstream's.
		run perl "$checkpatch" --no-tree --strict --terse --no-summary --max-line-length=100 \
			--ignore MACRO_ARG_REUSE,FILE_PATH_CHANGES,SPACING,OPEN_ENDED_LINE,PARENTHESIS_ALIGNMENT "$patch"
		echo "$output"
		[ "$status" -eq 0 ]
		[ -z "$output" ]
	done
}

@test "making the same series again does nothing" {
	require_patches
	run "$TOP/kernel-patch/make-patches" --tree "$TREE" "$patches"
	[ "$status" -eq 0 ]
	[[ $output == *"cached: $patches"* ]]
}

@test "git am takes the series, each patch builds, and all make the modules of build-modules, byte for byte" {
	require_patches
	[ "$(id -u)" -eq 0 ] || skip "wants root"
	[ -f "$MODULE_DIR/build.json" ] || skip "no modules at $MODULE_DIR; make modules makes them"
	# Modules of another state of the code cannot be the same, and would prove nothing.
	run "$TOP/kernel-patch/build-modules" --tree "$TREE" "$MODULE_DIR"
	[ "$status" -eq 0 ]
	run "$TOP/tests/kernel/builders/build-patched" "$TREE" "$MODULE_DIR"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c '^builds: 000[123]-' <<<"$output")" -eq 3 ]
	[ "$(grep -c '^same: kvm' <<<"$output")" -eq 3 ]
}

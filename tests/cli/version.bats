#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# VERSION, and what the program tells of it: in a git checkout, in a tarball, and in a tarball that was
# unpacked in somebody else's checkout. Nothing is built but the header and one object file.
#
# shellcheck disable=SC2154 # output and lines are run's

bats_require_minimum_version 1.5.0

setup() {
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	copy="$BATS_TEST_TMPDIR/a copy"
	mkdir -p "$copy/harness" "$copy/images"
	cp "$top/VERSION" "$top/Makefile" "$copy/"
	cp "$top/harness/version" "$copy/harness/"
	cp "$top/images/kernels.txt" "$copy/images/"
	unset MAKEFLAGS MAKEOVERRIDES MFLAGS GIT_DIR GIT_WORK_TREE
}

# commit_all FOLDER
commit_all() {
	git -C "$1" -c init.defaultBranch=main init -q
	git -C "$1" add .
	git -C "$1" -c user.name=t -c user.email=t@example.org commit -qm one
}

@test "VERSION is one line of three numbers" {
	run -0 cat "$top/VERSION"
	[ "${#lines[@]}" -eq 1 ]
	[[ $output =~ ^[0-9]+\.[0-9]+\.[0-9]+$ ]]
}

@test "without git the version is that of the file" {
	run -0 "$copy/harness/version"
	[ "$output" = "$(cat "$top/VERSION")" ]
	run -0 make -s -C "$copy" B=b b/gen/version.gen.h
	run -0 cat "$copy/b/gen/version.gen.h"
	[ "$output" = "#define EXITMETER_VERSION \"$(cat "$top/VERSION")\"" ]
}

@test "a tarball in somebody else's checkout does not tell their commit" {
	mkdir -p "$BATS_TEST_TMPDIR/theirs"
	mv "$copy" "$BATS_TEST_TMPDIR/theirs/ours"
	commit_all "$BATS_TEST_TMPDIR/theirs"
	run -0 "$BATS_TEST_TMPDIR/theirs/ours/harness/version"
	[ "$output" = "$(cat "$top/VERSION")" ]
}

@test "in a checkout the commit stands behind it, and whether files differ from it" {
	commit_all "$copy"
	commit=$(git -C "$copy" rev-parse --short HEAD)
	git -C "$copy" -c user.name=t -c user.email=t@example.org tag v1
	run -0 "$copy/harness/version"
	[ "$output" = "$(cat "$top/VERSION") ($commit)" ]
	echo "# more" >>"$copy/Makefile"
	run -0 "$copy/harness/version"
	[ "$output" = "$(cat "$top/VERSION") ($commit-dirty)" ]
}

@test "the header is written anew only where it says something new" {
	make -s -C "$copy" B=b b/gen/version.gen.h
	touch -d 2001-01-01 "$copy/b/gen/version.gen.h"
	make -s -C "$copy" B=b b/gen/version.gen.h
	[ "$(date -r "$copy/b/gen/version.gen.h" +%Y)" = 2001 ]
	echo 77.7.7 >"$copy/VERSION"
	make -s -C "$copy" B=b b/gen/version.gen.h
	grep -qF '"77.7.7"' "$copy/b/gen/version.gen.h"
	[ ! -e "$copy/b/gen/version.gen.h.new" ]
}

@test "the program tells the version of the source it was built from" {
	run -0 "${EXITMETER_BUILD:-$top/build}/exitmeter" --version
	[[ $output == "exitmeter $(cat "$top/VERSION")"* ]]
}

@test "in a checkout of another user the commit is told, too, by whatever path" {
	commit_all "$copy"
	commit=$(git -C "$copy" rev-parse --short HEAD)
	ln -s "$copy" "$BATS_TEST_TMPDIR/link"
	# What git's own tests have it take for another user's.
	export GIT_TEST_ASSUME_DIFFERENT_OWNER=1
	run ! git -C "$copy" status
	run -0 "$copy/harness/version"
	[ "$output" = "$(cat "$top/VERSION") ($commit)" ]
	run -0 "$BATS_TEST_TMPDIR/link/harness/version"
	[ "$output" = "$(cat "$top/VERSION") ($commit)" ]
	unset GIT_TEST_ASSUME_DIFFERENT_OWNER
	[ "$(id -u)" -eq 0 ] || return 0
	chown -R 65534:65534 "$copy"
	run ! git -C "$copy" status
	run -0 "$copy/harness/version"
	[ "$output" = "$(cat "$top/VERSION") ($commit)" ]
}

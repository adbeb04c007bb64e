#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# What the user's shell exports changes nothing: neither what a script says, nor what it finds, nor who may read what
# is built.
#
# shellcheck disable=SC2154 # output is run's

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	TMP=$BATS_TEST_TMPDIR
	# These may be the user's, and are meant to have a say.
	unset XDG_CACHE_HOME CACHE MIRROR IMAGE_MIRROR IMAGE_HTTP BOCHS_TARBALL LIBVIRT_URI JUNIT CC CFLAGS B
	echo 'echo "BASH_ENV was read"; exit 7' >"$TMP/env"
}

# in_odd_shell COMMAND...: as from a shell that exports all kinds of things.
in_odd_shell() {
	(
		# shellcheck disable=SC2317 # nobody is to call them
		cd() { echo "cd was called"; exit 9; }
		# shellcheck disable=SC2317
		cat() { echo "cat was called"; exit 9; }
		export -f cd cat
		exec env CDPATH=".:$PWD:/" BASH_ENV="$TMP/env" ENV="$TMP/env" POSIXLY_CORRECT=1 GREP_OPTIONS=-v IFS=/ \
			SUITE=hugo STAGE=/nowhere WORK=/nowhere FORCE=1 TREE=/nowhere TAR_OPTIONS=-v "$@"
	)
}

@test "every script of Bash takes nothing from the environment, by its first line" {
	count=0
	for script in $(ci/list-scripts); do
		read -r first <"$script"
		case $first in
		*bash*) [ "$first" = '#!/bin/bash -p' ] || { echo "$script: $first"; return 1; } ;;
		esac
		count=$((count + 1))
	done
	[ "$count" -gt 40 ]
}

@test "--help of each script says the same in an odd shell" {
	count=0
	for script in $(ci/list-scripts); do
		[ -x "$script" ] && grep -q -e --help "$script" && head -n 1 "$script" | grep -q bash || continue
		clean=$(env -i PATH="$PATH" HOME="$HOME" "$script" --help 2>&1) || continue
		run -0 in_odd_shell "$script" --help
		[ "$output" = "$clean" ] || { echo "$script: $output"; return 1; }
		count=$((count + 1))
	done
	[ "$count" -gt 25 ]
}

@test "generators and the list of packages give the same in an odd shell" {
	for command in "kernel-patch/gen-reasons --harness" harness/report/gen-published "harness/version" "ci/cache key" ci/list-scripts harness/lint-rooms; do
		# shellcheck disable=SC2086 # words
		clean=$(env -i PATH="$PATH" HOME="$HOME" $command 2>&1)
		# shellcheck disable=SC2086
		run -0 in_odd_shell $command
		[ "$output" = "$clean" ] || { echo "$command: $output"; return 1; }
	done
	mkdir "$TMP/fakes"
	printf '#!/bin/bash\nexit 1\n' >"$TMP/fakes/dpkg-query"
	chmod 755 "$TMP/fakes/dpkg-query"
	PATH=$TMP/fakes:$PATH run -77 in_odd_shell ci/install-deps --check
	[[ $output == *"missing: mmdebstrap "*" bats "* ]]
}

@test "make gives the same in an odd shell" {
	unset MAKEFLAGS MAKEOVERRIDES MFLAGS MAKELEVEL
	# In a copy, since make -n tells what is to be built, and suites beside this one build.
	mkdir "$TMP/copy"
	tar -c --exclude=./build --exclude=./.git . | tar -x -C "$TMP/copy"
	cd "$TMP/copy"
	clean=$(env -i PATH="$PATH" HOME="$HOME" make -n measure HOST=emulated-svm)
	run -0 in_odd_shell make -n measure HOST=emulated-svm
	diff <(echo "$clean") <(echo "$output")
	[[ $output == *"exitmeter run"* ]]
}

# Makes a builder of two lines.
make_builder() {
	cat >"$TMP/mini" <<-'END'
	#!/bin/bash -p
	set -euo pipefail
	. images/lib.sh
	parse_args "" "$@"
	build_open 1 recipe
	mkdir "$STAGE/folder"
	echo "$SUITE" >"$STAGE/folder/file"
	printf '{\n"recipe": "recipe"\n}\n' >"$STAGE/image.json"
	build_close
	END
	chmod 755 "$TMP/mini"
}

@test "with umask 077 what is built can be read by everybody" {
	make_builder
	(umask 077 && in_odd_shell "$TMP/mini" "$TMP/a/cache/out")
	[ "$(cat "$TMP/a/cache/out/folder/file")" = bookworm ]
	[ -z "$(find "$TMP/a" -type d ! -perm -005 -o -type f ! -perm -004)" ]
}

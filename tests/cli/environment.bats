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

# Sets what a hook of git exports, and what a user may have set that changes what git makes. theirs is the user's.
odd_git() {
	theirs=$TMP/theirs
	git init -q "$theirs"
	git -C "$theirs" -c user.name=t -c user.email=t@example.org commit -q --allow-empty -m mine
	mkdir "$TMP/hooks"
	printf '#!/bin/sh\necho "a hook refuses"; exit 1\n' | tee "$TMP/hooks/pre-commit" >"$TMP/hooks/commit-msg"
	chmod 755 "$TMP/hooks"/*
	echo '*.h' >"$TMP/ignore"
	printf '*.c text eol=crlf\n' >"$TMP/attributes"
	cat >"$TMP/gitconfig" <<-END
	[commit]
		gpgSign = true
	[core]
		hooksPath = $TMP/hooks
		excludesFile = $TMP/ignore
		attributesFile = $TMP/attributes
		autocrlf = true
	[diff]
		noprefix = true
	END
	export GIT_DIR=$theirs/.git GIT_WORK_TREE=$theirs GIT_INDEX_FILE=$theirs/.git/index GIT_CONFIG_GLOBAL=$TMP/gitconfig
}

# Makes a build tree as far as KVM's source goes.
make_kvm_tree() {
	local source=$1/usr/src/linux
	mkdir -p "$source"/{arch/x86/{kvm,include/asm},virt/kvm,include/linux}
	printf 'int x;\n' | tee "$source/arch/x86/kvm/x86.c" "$source/virt/kvm/kvm_main.c" >"$source/include/linux/kvm_host.h"
	printf 'int y;\n' >"$source/arch/x86/include/asm/kvm_host.h"
	echo 'VERSION = 6' | tee "$source/Makefile" >"$source/arch/x86/kvm/Makefile"
	printf '{\n  "kind": "tree",\n  "suite": "bookworm",\n  "kernel": "6.1.0",\n  "version": "6.1.9",\n  "source": "%s",\n}\n' \
		/usr/src/linux >"$1/tree.json"
}

@test "a repository of our own is whole and apart, in a hook of git and with any settings of the user's" {
	make_kvm_tree "$TMP/tree"
	(odd_git && kernel-patch/make-source --tree "$TMP/tree" "$TMP/source")
	[ "$(git -C "$TMP/theirs" rev-list --all --count)" -eq 1 ]
	[ "$(git -C "$TMP/theirs" config --local core.bare)" = false ]
	[ "$(git -C "$TMP/source" rev-list --all --count)" -eq 1 ]
	[ -z "$(git -C "$TMP/source" status --porcelain)" ]
	diff -r --exclude=.git --exclude=README.md "$TMP/tree/usr/src/linux" "$TMP/source"
	diff <(cd "$TMP/source" && find . -path ./.git -prune -o -type f -printf '%P\n' | sort) <(git -C "$TMP/source" ls-files | sort)
	[ "$(git -C "$TMP/source" show HEAD:virt/kvm/kvm_main.c)" = "int x;" ]
}

@test "a hook of git changes neither the version nor the sources of a series" {
	clean=$(harness/version)
	(odd_git && [ "$(harness/version)" = "$clean" ] && make -s B="$TMP/b" "$TMP/b/gen/version.gen.h")
	grep -qF "\"$clean\"" "$TMP/b/gen/version.gen.h"
}

@test "the cache is where make and the program have it, whatever HOME is, and never in a folder ~" {
	local home place state script
	home=$(getent passwd "$(id -u)" | cut -d: -f6)
	[ -n "$home" ] || skip "this user has no home"
	for state in "-u HOME" HOME= HOME=/elsewhere "XDG_CACHE_HOME=/x" "-u HOME CACHE=/c"; do
		# shellcheck disable=SC2086 # words
		run -0 env $state make -n doctor
		[[ $output =~ --cache\ \'([^\']*)\' ]]
		place=${BASH_REMATCH[1]}
		# shellcheck disable=SC2086
		run -0 env $state ci/cache --help
		[[ $output == *"CACHE is $place. "* ]]
		[[ $state == *=/* ]] || [ "$place" = "$home/.cache/exitmeter" ]
	done
	for state in 'CACHE=~/em' 'XDG_CACHE_HOME=~/em'; do
		run -2 env "$state" make -n doctor
		[[ $output == *"begins with ~"* ]]
		for script in "ci/cache key" tests/mutants/run "tests/experiments/bench"; do
			# shellcheck disable=SC2086
			run -2 env "$state" $script
			[[ $output == *"begins with ~"* ]]
		done
	done
	run -2 env 'XDG_CACHE_HOME=~/em' "${EXITMETER:-${EXITMETER_BUILD:-build}/exitmeter}" run --dry-run
	[[ $output == *"begins with ~"* ]]
	[ ! -e '~' ]
}

@test "a user who has no home is told what to set, by make and by scripts" {
	[ "$(id -u)" -eq 0 ] || skip "no user without a home can be taken on"
	mkdir -m 755 "$TMP/copy"
	cp -r Makefile VERSION images ci "$TMP/copy"
	chmod -R a+rX "$TMP/copy"
	chmod a+x "$BATS_RUN_TMPDIR" "${TMP%/*}" "$TMP"
	cd "$TMP/copy"
	for command in "make -n clean" "ci/cache --help"; do
		# shellcheck disable=SC2086 # words
		run -2 env -u HOME setpriv --reuid 54321 --clear-groups $command
		echo "$output"
		[[ $output == *"no cache folder: set HOME, XDG_CACHE_HOME or CACHE"* ]]
		# shellcheck disable=SC2086 # words
		run -0 env -u HOME CACHE=/tmp/c setpriv --reuid 54321 --clear-groups $command
	done
}

@test "what cannot be read whole is not checked in part" {
	[ "$(id -u)" -eq 0 ] || skip "only root can take on another user"
	mkdir -p "$TMP/copy/ci" "$TMP/copy/harness/"{base,judge}
	cp ci/list-scripts "$TMP/copy/ci/"
	cp harness/lint-rooms "$TMP/copy/harness/"
	echo '#include "base/none.h"' | tee "$TMP/copy/harness/base/a.c" >"$TMP/copy/harness/judge/b.c"
	chmod a+x "$BATS_RUN_TMPDIR" "${TMP%/*}" "$TMP"
	chmod 700 "$TMP/copy/harness/judge"
	cd "$TMP/copy"
	run ! setpriv --reuid 54321 --clear-groups ci/list-scripts
	[[ $output != *ci/list-scripts* ]]
	run -2 setpriv --reuid 54321 --clear-groups harness/lint-rooms
	[[ $output == *"not all of "*" can be read"* ]]
	chmod 755 "$TMP/copy/harness/judge"
	run -0 setpriv --reuid 54321 --clear-groups harness/lint-rooms
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

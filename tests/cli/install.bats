#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# exitmeter(1), the bash completion, and `make install`: all three follow from the tables that --help
# follows from.
#
# shellcheck disable=SC2154 # output, stderr and their lines are run's

bats_require_minimum_version 1.5.0

load ../lib/cli.bash

setup_file() {
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	build=$(realpath -m --relative-to="$top" -- "${EXITMETER_BUILD:-$top/build}")
	export top build
	unset MAKEFLAGS MAKEOVERRIDES MFLAGS
}

# options COMMAND: the options that its --help lists or names in its usage.
options() {
	"$exitmeter" "$1" --help | grep -oE -e '--[a-z][a-z-]+' | sort -u
}

commands() {
	"$exitmeter" --help | sed -n 's/^  \([a-z]*\)  *[a-z].*/\1/p'
}

# complete WORD...: what the completion offers for the last one.
complete_words() {
	"$exitmeter" completion bash > "$BATS_TEST_TMPDIR/completion"
	bash -c '. "$1"; shift; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)); _exitmeter; printf "%s\n" "${COMPREPLY[@]}"' \
		- "$BATS_TEST_TMPDIR/completion" "$@"
}

# --- exitmeter(1) --------------------------------------------------------------

@test "the manual page renders without a warning" {
	"$exitmeter" manual > "$BATS_TEST_TMPDIR/exitmeter.1"
	for device in utf8 ascii; do
		run -0 --separate-stderr groff -man -ww -T$device "$BATS_TEST_TMPDIR/exitmeter.1"
		[ -z "$stderr" ]
	done
	for section in NAME SYNOPSIS COMMANDS OPTIONS "EXIT STATUS" ENVIRONMENT FILES EXAMPLES; do
		grep -qx "\.SH $section" "$BATS_TEST_TMPDIR/exitmeter.1"
	done
}

@test "every command, and every option of each command's help, is in the manual page" {
	"$exitmeter" manual | groff -man -Tascii -P-c | sed 's/.\x08//g' > "$BATS_TEST_TMPDIR/page"
	[ "$(commands | wc -l)" -ge 9 ]
	for command in $(commands); do
		grep -q "exitmeter $command" "$BATS_TEST_TMPDIR/page"
		for option in $(options "$command"); do
			grep -qE -e "(^|[^a-z-])$option([^a-z-]|\$)" "$BATS_TEST_TMPDIR/page" || { echo "$command $option"; return 1; }
		done
	done
}

# --- bash completion -------------------------------------------------------------

@test "the completion offers every command" {
	run -0 complete_words exitmeter ""
	for command in $(commands); do grep -qx "$command" <<< "$output"; done
	[[ $output != *poweroff* ]]
	run -0 complete_words exitmeter rep
	[ "$output" = replay ]
}

@test "the completion offers every option of each command's help" {
	for command in $(commands); do
		run -0 complete_words exitmeter "$command" --
		for option in $(options "$command"); do
			# What another command is to be given is named in the text of some.
			[ "$command:$option" != reload:--host ] || continue
			[ "$command:$option" != grade:--module-dir ] || continue
			[ "$command:$option" != grade:--modules ] || continue
			[ "$command:$option" != grade:--deterministic ] || continue
			grep -qx -e "$option" <<< "$output" || { echo "$command lacks $option"; return 1; }
		done
	done
}

@test "the completion offers the words of a choice, and files for a path" {
	run -0 complete_words exitmeter run --host em
	[ "$output" = $'emulated-svm\nemulated-vmx' ]
	run -0 complete_words exitmeter run --layout ""
	[ "$output" = $'split\ncombined\nreversed\nauto' ]
	run -0 complete_words exitmeter replay --edition a3-2022
	[ "$output" = $'a3-2022-reasons\na3-2022' ]
	touch "$BATS_TEST_TMPDIR/a file"
	run -0 complete_words exitmeter run --bochs "$BATS_TEST_TMPDIR/a"
	[ "$output" = "$BATS_TEST_TMPDIR/a file" ]
	run -0 complete_words exitmeter replay "$BATS_TEST_DIRNAME/../fixt"
	[ "$output" = "$BATS_TEST_DIRNAME/../fixtures" ]
}

# --- make install -----------------------------------------------------------------

@test "what is installed runs from where it is, and is removed without a rest" {
	local dest="$BATS_TEST_TMPDIR/a dest"
	make -s -C "$top" B="$build" install DESTDIR="$dest" PREFIX=/usr
	[ "$(stat -c %a "$dest/usr/bin/exitmeter")" = 755 ]
	[ "$(stat -c %a "$dest/usr/lib/exitmeter/cloud-init/user-data.in")" = 644 ]
	[ -x "$dest/usr/lib/exitmeter/probe" ] && [ -x "$dest/usr/lib/exitmeter/host-init" ]
	cmp "$dest/usr/share/man/man1/exitmeter.1" <("$exitmeter" manual)
	cmp "$dest/usr/share/bash-completion/completions/exitmeter" <("$exitmeter" completion bash)
	cd /
	run -0 "$dest/usr/bin/exitmeter" run --dry-run --host emulated-svm --guest micro --cache "$BATS_TEST_TMPDIR/cache"
	[[ $output == *"host emulated-svm, guest micro"* ]]
	run -0 "$dest/usr/bin/exitmeter" image --cache "$BATS_TEST_TMPDIR/cache"
	[[ $output == *ubuntu-24.04* ]]
	run "$dest/usr/bin/exitmeter" check --json --cache "$BATS_TEST_TMPDIR/cache"
	[ "$(jq -r '.facts[] | select(.id == "probe") | .ok' <<< "$output")" = true ]
	make -s -C "$top" B="$build" uninstall DESTDIR="$dest" PREFIX=/usr
	[ -z "$(find "$dest" -type f)" ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# What `exitmeter shell` refuses. tests/vm/shell.bats has a guest.
#
# shellcheck disable=SC2154 # output, stderr and their lines are run's

bats_require_minimum_version 1.5.0

load ../lib/cli.bash

# at_terminal WORDS: runs a command of the shell's at a terminal of its own; its code is in the file code, and the
# terminal's settings are in before and after.
at_terminal() {
	script -qec true /dev/null < /dev/null > /dev/null || skip "this machine has no pseudo-terminals"
	cd "$BATS_TEST_TMPDIR"
	script -qec "stty -g > before; $1; echo \$? > code; stty -g > after" typescript < /dev/null > /dev/null
	tr -d '\r' < typescript > said
	cat said
	cmp before after
}

# words WORD...: quotes them for a shell.
words() { printf '%q ' "$@"; }

@test "without a terminal there is nobody who types" {
	refused 2 "standard input must be a terminal" "$exitmeter" shell --cache "$cache" < /dev/null
	refused 2 "standard input must be a terminal" "$exitmeter" shell --dry-run --cache "$cache" < /dev/null
	at_terminal "$(words "$exitmeter" shell --cache "$cache") | cat"
	grep -q 'exitmeter: .*standard output must be a terminal' said
	[ ! -e "$cache" ]
}

@test "make builds nothing for a shell that nobody can type at" {
	cd "$top"
	run -2 make shell CACHE="$cache" < /dev/null
	[[ $output == *"make shell: "*"terminal"* ]]
	[ ! -e "$cache" ]
}

@test "what has to do with measuring is none of its options" {
	for option in scenario=boot out=/x workload=/x timeline=5 json deterministic saved-host=no; do
		refused 2 "unknown option --${option%=*}" "$exitmeter" shell "--${option/=*/}" "${option#*=}"
	done
}

@test "what is missing is told, and the terminal is as it was" {
	at_terminal "$(words "$exitmeter" shell --host emulated-svm --guest micro --cache "$cache")"
	[ "$(< code)" -eq 77 ]
	grep -q 'exitmeter: there is no host image.*make' said
}

@test "the console is a socket of QEMU's, or a terminal of Bochs'" {
	make_pieces
	at_terminal "$(words "$exitmeter" shell --dry-run --host emulated-svm --guest micro --cache "$cache" --kit "$kit")"
	[ "$(< code)" -eq 0 ]
	tr -d '\n' < said | grep -q '<serial type="unix"> *<source mode="bind" path="[^"]*/shell"/> *<target port="2"/>'
	at_terminal "$(words "$exitmeter" shell --dry-run --host emulated-vmx --guest micro --cache "$cache" --kit "$kit")"
	[ "$(< code)" -eq 0 ]
	grep -q '^com3: enabled=1, mode=term, dev="[^"]*/shell"$' said
	grep -q '^clock: sync=slowdown,' said
	# Measured guests have no such port.
	run -0 run_emulated --dry-run --guest micro
	[[ $output != *'type="unix"'* ]]
}

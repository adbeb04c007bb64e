#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# `exitmeter shell`: a test types at the guest's console. More guests and more ends are in tests/vm-long/shell.bats.

load ../lib/vm.bash
load ../lib/shell.bash

setup() { vm_setup; }
teardown() {
	close_terminal
	vm_teardown
}

@test "who types at the guest's console asks a leaf, Ctrl-C is the guest's, and Ctrl-] puts everything back" {
	open_shell --host emulated-svm --guest micro
	see "^The guest's console: you are root there"
	see '^/ #$'
	type_line 'cpuid -1 -l 0x4fffffff'
	tells_exits
	type_line 'exitmeter-probe'
	see '^total exits +[0-9]+ +\(leaf 0x4FFFFFFF\)$'
	# From here on Ctrl-C is a signal there.
	type_line 'echo "begun $((6 * 7))"; sleep 1000'
	see '^begun 42$'
	press C-c
	type_line 'echo "still $((6 * 7))"'
	see '^still 42$'
	press C-]
	ends_with 0
}

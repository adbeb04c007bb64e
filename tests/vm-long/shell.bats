#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# `exitmeter shell` with the cloud guest, on Bochs, and with the ends that are not the user's.

load ../lib/vm.bash
load ../lib/shell.bash

setup() { vm_setup; }
teardown() {
	close_terminal
	vm_teardown
}

@test "root logs in to the cloud guest without a password, and its poweroff puts everything back" {
	open_shell --host emulated-svm --image built
	see "^The guest's console: log in as root, without a password"
	see '^exitmeter login:' 400
	# Messages may stand behind the login, and Enter gets a new one.
	press Enter
	type_line root
	see '^root@exitmeter:~#$'
	type_line 'cpuid -l 0x4fffffff'
	tells_exits
	type_line 'exitmeter-probe'
	see '^total exits +[0-9]+ +\(leaf 0x4FFFFFFF\)$'
	type_line poweroff
	ends_with 0
}

@test "on emulated VMX the console comes through Bochs, and the end of the guest's shell is the end" {
	open_shell --host emulated-vmx --guest micro
	see '^/ #$' 300
	type_line 'cpuid -1 -l 0x4fffffff'
	tells_exits
	type_line 'echo "begun $((6 * 7))"; sleep 1000'
	see '^begun 42$'
	press C-c
	type_line exit
	ends_with 0
}

@test "SIGTERM ends the shell, and puts everything back" {
	open_shell --host emulated-svm --guest micro
	see '^/ #$'
	kill -TERM "$(shell_pid)"
	ends_with 143
	screen | grep -q '^exitmeter: stopped by signal 15 '
}

@test "the terminal is put back when the program is killed, and the next one clears up" {
	open_shell --host emulated-svm --guest micro
	see '^/ #$'
	kill -KILL "$(shell_pid)"
	for ((i = 0; i < 100; i++)); do
		stty -g -F "$(term display-message -p '#{pane_tty}')" > "$C/now"
		! cmp -s "$C/before" "$C/now" || break
		sleep 0.1
	done
	cmp "$C/before" "$C/now"
	"$EXITMETER" clean --cache "$C/cache"
}

@test "a terminal that is closed ends the shell" {
	open_shell --host emulated-svm --guest micro
	see '^/ #$'
	[ -n "$(shell_pid)" ]
	close_terminal
	[ ! -e "$C/code" ]
}

@test "on a machine's own KVM each end of a shell puts the stock modules back" {
	run_in_host shell
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Guests that come to a bad end. Each run names its end, and none is a pass.

load ../lib/vm.bash

setup_file() { build_bad_init; }
setup() { vm_setup; }
teardown() { vm_teardown; }

run_bad() {
	local bad=$1
	shift
	run_vm --guest micro --guest-init "$BATS_FILE_TMPDIR/bad-init" --guest-append "bad=$bad" "$@"
}

@test "a guest whose kernel panics is lost, and the console's tail says why" {
	run_bad panic
	[ "$status" -eq 3 ]
	[ "$(outcome)" = panic ]
	[[ $output == *"Attempted to kill init"* ]]
	[[ $output == *"end Kernel panic"* ]]
}

@test "a guest that hangs is lost, with the last thing it said" {
	run_bad hang --timeout-silence 10
	[ "$status" -eq 3 ]
	[ "$(outcome)" = hang ]
	[[ $output == *"bad-init: hang"* ]]
}

@test "a guest that never says a word is lost as silent" {
	run_bad silent --timeout-start 20
	[ "$status" -eq 3 ]
	[ "$(outcome)" = silent ]
}

@test "a guest that reboots in a loop is lost as such" {
	run_bad reboot
	[ "$status" -eq 3 ]
	[ "$(outcome)" = reboot-loop ]
}

@test "a guest that prints a megabyte without a newline is stopped" {
	run_bad flood
	[ "$status" -eq 3 ]
	[ "$(outcome)" = flood ]
	# Such a long line must not reach the terminal.
	[ "${#output}" -lt 100000 ]
}

@test "records forged on the console count for nothing" {
	run_bad forge
	[ "$status" -eq 3 ]
	[ "$(verdict records)" = lost ]
}

@test "a guest that goes off before the first point is lost" {
	run_bad off
	[ "$status" -eq 3 ]
	[ "$(verdict records)" = lost ]
}

@test "a phase that takes too long is a timeout" {
	run_bad hang --timeout-early 10
	[ "$status" -eq 124 ]
	[ "$(outcome)" = timeout ]
}

@test "a cloud guest whose cloud-init does not run the probe is told apart" {
	mkdir "$C/templates"
	printf '#cloud-config\n{}\n' > "$C/templates/user-data.in"
	cp "$TOP/cloud-init/meta-data.in" "$C/templates/"
	run_vm --guest cloud --templates "$C/templates"
	[ "$status" -eq 3 ]
	[ "$(outcome)" = no-cloud-init ]
}

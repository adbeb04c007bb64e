#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# A guest that boots by UEFI.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "the cloud guest boots by OVMF and passes on emulated-svm" {
	[ -e /usr/share/OVMF ] || skip "OVMF is not installed: apt-get install ovmf"
	[ -d "$CACHE/bochs-3.0" ] || skip "Bochs is not built: make bochs"
	run_vm --host emulated-svm --guest cloud --firmware uefi
	[ "$status" -eq 0 ]
	[[ $(jq -r .guest_machine.firmware "$OUT/evidence.json") == OVMF* ]]
	# What OVMF has shown on the port of the records is no record, and tears none.
	[ "$(verdict records)" = pass ]
	[ "$(jq -r '.clauses[] | select(.verdict == "fail" or .verdict == "lost") | .id' "$OUT/verdicts.json")" = "" ]
}

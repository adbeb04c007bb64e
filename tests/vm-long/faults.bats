#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Faults that take long. The others are in tests/vm/host-faults.bats and tests/vm/faults.bats.

load ../lib/vm.bash

setup_file() { build_bad_init; }
setup() { vm_setup; }
teardown() { vm_teardown; }

@test "faults of the machine that a native run is on, the slow ones" {
	make_kit
	printf '%s\n' base_torn console_gone out_of_memory kvm_held stock_gone qemu_killed disk_full clock_jumps > "$C/kit/cloud-init/cases"
	run_in_host faults --guest-init "$BATS_FILE_TMPDIR/bad-init" --guest-append bad=off
}

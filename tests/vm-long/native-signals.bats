#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# What tests/vm/native-signals.bats leaves out: each phase with the other signal, and the phases of a guest that
# runs longer.

load ../lib/vm.bash

setup_file() { build_bad_init; }
setup() { vm_setup; }
teardown() { vm_teardown; }

@test "the other signal in any phase of a native run puts the machine back as it was" {
	make_kit
	cat > "$C/kit/cloud-init/cases" <<-END
	INT ask stock KVM
	TERM ask stock KVM
	TERM load modules
	INT initramfs
	INT seed and overlay
	TERM seed and overlay
	TERM libvirt
	INT domain
	TERM guest start
	INT guest to early
	INT guest to boot
	TERM guest to boot
	INT guest to off
	TERM guest to off
	TERM restore modules
	END
	run_in_host signals --guest-init "$BATS_FILE_TMPDIR/bad-init" --guest-append bad=off
}

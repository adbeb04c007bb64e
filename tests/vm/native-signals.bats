#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Ctrl-C and SIGTERM in the phases of a native run. It changes its machine, so the machine is an L1 host. Every phase
# gets one of the signals here, and the other in tests/vm-long/native-signals.bats.

load ../lib/vm.bash

setup_file() { build_bad_init; }
setup() { vm_setup; }
teardown() { vm_teardown; }

@test "a signal in any phase of a native run puts the machine back as it was" {
	make_kit
	cat > "$C/kit/cloud-init/cases" <<-END
	INT load modules
	TERM initramfs
	INT libvirt
	TERM domain
	INT guest start
	TERM guest to early
	INT restore modules
	END
	# The guest says one thing and powers off, so the phases after that are a single wait.
	run_in_host signals --guest-init "$BATS_FILE_TMPDIR/bad-init" --guest-append bad=off
}

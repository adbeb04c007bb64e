#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# `exitmeter stat` beside real VMs, on a machine that is an L1 host.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "stat shows each CPUID of a guest, and says where there is nothing to show" {
	make_kit
	"${PROBE_CC:-musl-gcc}" -static -Os -Wall -Wextra -o "$C/idler" "$TOP/tests/inside/guest/idler.c"
	run_in_host stat --guest-init "$C/idler"
}

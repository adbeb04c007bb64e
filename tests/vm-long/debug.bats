#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# A kernel that watches itself finds no access to freed memory, no lock taken in the wrong order, and no leak.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

setup_file() {
	make -s -C "$BATS_TEST_DIRNAME/../.." tree-bookworm
	"$BATS_TEST_DIRNAME/../kernel/builders/build-debug" --tree "$CACHE/trees/build-bookworm" "$CACHE/debug-6.1" >&3 2>&3
	"$BATS_TEST_DIRNAME/../../kernel-patch/build-modules" --tree "$CACHE/debug-6.1" "$CACHE/modules/debug-6.1"
}

# init_passes INIT CHECKS: that init passes on this kernel.
init_passes() {
	TIMEOUT=900 init_passes_on "$1" "$2" "$CACHE/debug-6.1" "$CACHE/modules/debug-6.1"
}

# kmemleak adds one check to those of other kernels.
@test "vCPUs, VMs and readers that come and go leave nothing behind, and touch nothing that is gone" { init_passes stress 21; }
@test "scopes, resets, log and tracepoint take their locks in order" { init_passes scope 37; }
@test "every leaf and reason is answered without a wrong access" { init_passes abi 54; }

@test "a use after free is found, so that none found means none" {
	cp -r "$TOP/kernel-patch" "$TOP/images" "$C/"
	# The planted mistake: what a reset has left with a VM is read again after it was freed with the VM.
	sed -i 's/^\tkfree(vm->base);$/&\n\tif (vm->base)\n\t\t(void)READ_ONCE(vm->base[0].exits);/' \
		"$C/kernel-patch/exitmeter-vms.c"
	! cmp -s "$C/kernel-patch/exitmeter-vms.c" "$TOP/kernel-patch/exitmeter-vms.c" || return 1
	"$C/kernel-patch/build-modules" --tree "$CACHE/debug-6.1" "$C/modules"
	TIMEOUT=900 run "$TOP/tests/kernel/abi/boot" --init stress "$CACHE/debug-6.1" "$C/modules"
	echo "$output"
	[ "$status" -ne 0 ]
	[[ $output == *"BUG: KASAN: "* ]]
}

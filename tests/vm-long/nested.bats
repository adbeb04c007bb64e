#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# HOST=nested, on a machine that is itself emulated: the L1 of the run in the run is an L2 of QEMU's. It takes some
# twenty minutes for each of the two runs.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "HOST=auto takes nested where KVM hands SVM on, and passes as root and as a user of group kvm" {
	make_kit
	mkdir -p "$C/pieces/kit" "$C/pieces/guest"
	cp -r "${EXITMETER_BUILD:-$TOP/build}"/{probe,cloud-init,host,host-init} "$C/pieces/kit/"
	# The L1 host's own program can run in the L1 host.
	cp "$C/pieces/kit/host/$SUITE/exitmeter" "$C/pieces/kit/"
	cp -r "$CACHE/images/host-$SUITE" "$C/pieces/host"
	cp "$CACHE"/images/guest-bookworm/{image.json,vmlinuz} "$C/pieces/guest/"
	mke2fs -q -t ext4 -O ^has_journal -d "$C/pieces" "$C/pieces.img" 400M
	rm -r "$C/pieces"
	run_in_host nested --guest cloud --guest-disk "$C/pieces.img" --guest-disk-format raw --memory 4096 --patience 10
}

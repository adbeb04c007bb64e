#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The cloud guest from an image that is fetched from a server, verified and booted.

load ../lib/vm.bash
load ../lib/image-server.bash

setup_file() { make_keys; }
setup() {
	vm_setup
	server_setup
	manifest test
}
teardown() {
	server_teardown
	vm_teardown
}

# Ubuntu's cloud images have these partitions: BIOS boot 14, EFI system 15, root 1.
has_ubuntus_layout() {
	local disk=$C/disk.raw
	qemu-img convert -O raw "$1" "$disk"
	[ "$(sfdisk --json "$disk" | jq -r '.partitiontable | .label, (.partitions[] | "\(.node[-2:]|ltrimstr("w")) \(.type)")' | sort)" = \
		"$(printf '%s\n' '1 0FC63DAF-8483-4772-8E79-3D69D8477DE4' '14 21686148-6449-6E6F-744E-656564454649' \
		'15 C12A7328-F81F-11D2-BA4B-00A0C93EC93B' gpt | sort)" ]
	[ "$(blkid -p -o value -s LABEL --offset $((10240 * 512)) "$disk")" = UEFI ]
	[ "$(blkid -p -o value -s LABEL --offset $((227328 * 512)) "$disk")" = cloudimg-rootfs ]
	rm "$disk"
}

@test "an image laid out as Ubuntu's, fetched over a bad line, passes every clause" {
	ln "$(realpath "$CACHE/images/guest-bookworm/disk.qcow2")" "$ROOT/img/test.img" ||
		cp "$CACHE/images/guest-bookworm/disk.qcow2" "$ROOT/img/test.img"
	publish
	faults '{"cut": [1, 50000000, 100000000]}'
	sum=$(sha256sum <"$ROOT/img/test.img")
	run_vm --host auto --guest cloud --image test --manifests "$C/manifests"
	[ "$status" -eq 0 ]
	[ "$(jq -r .verdict "$OUT/verdicts.json")" = pass ]
	[ "$(not_passed)" = "$(unjudged)" ]
	[[ $output == *"host: emulated-svm (auto, "* ]]
	grep -q 'cloud-init.*finished at' "$OUT/console.log"
	[ "$(grep -c 'test.img bytes=.* 206' "$CONTROL/log")" -eq 3 ]
	# Every report names the image.
	for report in evidence.json summary.json; do
		[ "$(jq -r '.image.name, .image.sha256' "$OUT/$report")" = "$(printf 'test\n%s' "${sum%% *}")" ]
	done
	grep -q "^Image: test, serial current, list signed $(date -u +%Y-)" "$OUT/report.txt"
	grep -q "SHA-256 ${sum%% *}" "$OUT/report.txt"
	# A run never writes to the image.
	[ "$(sha256sum <"$C/cache/images/test/disk.img")" = "$sum" ]
	has_ubuntus_layout "$C/cache/images/test/disk.img"

	# With one byte of it changed, the image does not boot.
	printf "not so random" | dd of="$C/cache/images/test/disk.img" bs=1 seek=100000000 conv=notrunc status=none
	OUT=$C/second
	run_vm --guest cloud --image test --manifests "$C/manifests"
	[ "$status" -eq 2 ]
	[[ $output == *"the image test is not used"* ]]
	[ ! -e "$OUT" ]
}

# An image that was asked for by name and cannot be had is exit code 77. Without a name, the run says so in one line
# and takes the built image, of which there is none here.
@test "a server out of reach fails a run with IMAGE, and is a line in one without" {
	kill "$SERVER"
	wait "$SERVER" || true
	run_vm --guest cloud --image test --manifests "$C/manifests"
	[ "$status" -eq 77 ]
	[[ $output == *"cannot fetch $IMAGE_MIRROR/img/SHA256SUMS"* ]]
	mv "$C/manifests/test" "$C/manifests/ubuntu-26.04"
	run "$EXITMETER" run --cache "$C/cache" --out "$OUT" "${VM_KERNEL[@]}" --guest cloud \
		--manifests "$C/manifests" --guest-image "$C/nowhere"
	echo "$output"
	[ "$status" -eq 77 ]
	[ "$(grep -c "^image: the one built from Debian's packages, not ubuntu-26.04: cannot fetch $IMAGE_MIRROR/" <<<"$output")" -eq 1 ]
	[[ $output == *"there is no guest image in $C/nowhere: run \`make images\`"* ]]
	server_setup
}

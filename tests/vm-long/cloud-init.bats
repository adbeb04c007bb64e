#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The templates of the seed, with each version of cloud-init that Debian carries.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "every cloud-init from 20.4 on takes the cloud-config for valid" {
	run "$TOP/tests/cloud-init/schema"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c ' ok$' <<<"$output")" -eq 4 ]
}

# boots SUITE: a guest with that suite's cloud-init boots from an image of the user's own, which stays as it was.
boots() {
	local image=$CACHE/images/guest-$1/disk.qcow2 sum
	"$TOP/images/build-guest" --suite "$1" "$CACHE/images/guest-$1"
	sum=$(sha256sum <"$image")
	run_vm --host emulated-svm --guest cloud --image-file "$image"
	[ "$status" -eq 0 ]
	[ "$(jq -r .verdict "$OUT/verdicts.json")" = pass ]
	grep "Cloud-init v" "$OUT/console.log"
	[ "$(jq -r '.image.sha256, .image.sha256_after' "$OUT/evidence.json")" = "$(printf '%s\n%s' "${sum%% *}" "${sum%% *}")" ]
	[ "$(sha256sum <"$image")" = "$sum" ]
}

# All other tests boot bookworm's 22.4, so two versions boot. bullseye's 20.4 comes with a kernel, 5.10, that
# panics on QEMU's emulated CPUs: images/README.md, ERRATA, Q6.
@test "cloud-init 25.1, of trixie, runs the probe at every point" { boots trixie; }

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The seed's templates, with each cloud-init that Debian carries.

load ../vm/vm

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "every cloud-init from 20.4 on takes the cloud-config for valid" {
	run "$TOP/tests/cloud-init/schema"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c ' ok$' <<<"$output")" -eq 4 ]
}

# boots SUITE: with its cloud-init, as an image of the user's own, which stays as it was.
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

# shellcheck disable=SC2016 # apt's own variable
# Without bullseye's security updates: mirrors no longer have every package that those name.
@test "cloud-init 20.4, of bullseye, runs the probe at every point" {
	MIRROR=${MIRROR:-$(apt-get indextargets --format '$(SITE)' | grep -v security | head -n 1)}
	export MIRROR
	boots bullseye
}
@test "cloud-init 25.1, of trixie, runs the probe at every point" { boots trixie; }

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Runs in an L1 host that plays the user's own machine, with /dev/kvm and nested virtualization: HOST=nested starts
# the host image once more, as an L1 under this KVM. /dev/vdd has the pieces: kit, host image, guest image.
# shellcheck disable=SC2154 # LOG, ONE and the others are lib.bash's

# shellcheck source=SCRIPTDIR/lib.bash
. /payload/templates/lib.bash

PIECES=/run/pieces
mkdir -p "$PIECES" /run/user-cache
mount -o ro /dev/vdd "$PIECES"
chmod 755 /run
chown "$USER_ID" /run/user-cache

# measure USER HOST CACHE: a run of the micro guest on that host.
measure() {
	rm -rf "$3/one"
	ask "$1" env HOME="$3" "$PIECES/kit/exitmeter" run --host "$2" --guest micro --kit "$PIECES/kit" \
		--host-image "$PIECES/host" --guest-image "$PIECES/guest" --module-dir /payload/modules \
		--cache "$3" --out "$3/one" --saved-host no --patience 6 > "$LOG" 2>&1 < /dev/null
}

# passes TITLE USER CACHE: HOST=auto takes nested, and the run passes.
passes() {
	local status=0 trouble=
	measure "$2" auto "$3" || status=$?
	[ "$status" -eq 0 ] || trouble="exit code $status"
	grep -qF "host: nested (auto: KVM offers its guests svm)" "$LOG" || trouble+=" it was not nested"
	grep -q '"verdict": "pass"' "$3/one/verdicts.json" || trouble+=" it did not pass"
	report "$1" "$trouble"
}

echo 1..3 > "$REPORT"
kvm nested=1
before=$(machine_state)
passes "nested passes as root" root /run/cache
passes "nested passes as a user of /dev/kvm's group" member /run/user-cache
report "this machine's own KVM is as it was" "$(differs "the machine" "$before" "$(machine_state)")"
umount "$PIECES"
status=0

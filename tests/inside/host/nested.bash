# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Runs in an L1 host that plays the user's own machine, with /dev/kvm and nested virtualization: HOST=nested starts
# the host image once more, as an L1 under this KVM. /dev/vdd has the pieces: kit, host image, guest image.
# shellcheck disable=SC2154 # LOG, ONE and the others are lib.bash's

# shellcheck source=SCRIPTDIR/lib.bash
. /payload/templates/lib.bash

PIECES=/run/pieces
USER_ID=65534
mkdir -p "$PIECES" /run/user-cache
mount -o ro /dev/vdd "$PIECES"
chmod 755 /run
chown "$USER_ID" /run/user-cache

# kvm PARAMETER...: loads this machine's own KVM with the parameters; without any it unloads it.
kvm() {
	modprobe -r kvm_amd kvm 2>/dev/null
	[ $# -eq 0 ] || modprobe kvm_amd "$@"
	[ ! -e /dev/kvm ] || { chgrp kvm /dev/kvm 2>/dev/null || chgrp 78 /dev/kvm; chmod 660 /dev/kvm; }
}

# ask USER COMMAND...: as root, as a user of /dev/kvm's group, or as one who is not.
ask() {
	local user=$1
	shift
	case $user in
	root) "$@" ;;
	member) setpriv --reuid "$USER_ID" --regid "$(stat -c %g /dev/kvm)" --clear-groups -- "$@" ;;
	stranger) setpriv --reuid "$USER_ID" --regid "$USER_ID" --clear-groups -- "$@" ;;
	esac
}

# measure USER HOST CACHE: a run of the micro guest on that host.
measure() {
	rm -rf "$3/one"
	ask "$1" env HOME="$3" "$PIECES/kit/exitmeter" run --host "$2" --guest micro --kit "$PIECES/kit" \
		--host-image "$PIECES/host" --guest-image "$PIECES/guest" --module-dir /payload/modules \
		--cache "$3" --out "$3/one" --saved-host no --patience 6 > "$LOG" 2>&1 < /dev/null
}

# refused TITLE USER WORDS: HOST=nested must be refused at once, with exit code 77 and in these words.
refused() {
	local status=0
	measure "$2" nested /run/user-cache || status=$?
	report "$1" "$([ "$status" -eq 77 ] && grep -qF "$3" "$LOG" || echo "exit code $status, and no '$3'")"
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

echo 1..6 > "$REPORT"
kvm
refused "without KVM's modules nested is refused" root "there is no /dev/kvm"
kvm nested=0
refused "with nested=0 nested is refused" root "without nested virtualization (parameter nested=0 of kvm_amd)"
kvm nested=1
refused "who may not open /dev/kvm is refused" stranger "no permission to open /dev/kvm"
before=$(machine_state)
passes "nested passes as root" root /run/cache
passes "nested passes as a user of /dev/kvm's group" member /run/user-cache
report "this machine's own KVM is as it was" "$(differs "the machine" "$before" "$(machine_state)")"
umount "$PIECES"
status=0

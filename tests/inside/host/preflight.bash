# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Runs in an L1 host that plays the user's own machine, in each state that its KVM can be in: what HOST=nested and
# HOST=auto say before anything is made, and that HOST=native measures there.
# shellcheck disable=SC2154 # LOG, ONE and the others are lib.bash's

# shellcheck source=SCRIPTDIR/lib.bash
. /payload/templates/lib.bash

mkdir -p /run/user-cache
chmod 755 /run
chown "$USER_ID" /run/user-cache

# says TITLE USER HOST CODE WORDS...: a run on that host, which has no images, ends with that exit code and says each of
# the words.
says() {
	local title=$1 user=$2 host=$3 code=$4 status=0 words trouble=''
	shift 4
	ask "$user" env HOME=/run/user-cache /payload/exitmeter run --host "$host" --guest micro --cache /run/user-cache \
		--out /run/user-cache/one > "$LOG" 2>&1 < /dev/null || status=$?
	[ "$status" -eq "$code" ] || trouble="exit code $status"
	for words; do grep -qF -- "$words" "$LOG" || trouble+=" no '$words'"; done
	[ ! -e /run/user-cache/one ] || trouble+=" there is a run folder"
	report "$title" "$trouble"
}

echo 1..9 > "$REPORT"
no_image="there is no host image"
kvm
says "without KVM's modules nested is refused" root nested 77 "there is no /dev/kvm" "sudo modprobe kvm_amd"
says "without KVM's modules auto takes the emulator" stranger auto 77 \
	"host: emulated-svm (auto, for nested cannot run here: there is no /dev/kvm" "$no_image"
modprobe kvm
says "with kvm alone nested is refused" root nested 77 "there is no /dev/kvm" "sudo modprobe kvm_amd"
kvm nested=0
says "with nested=0 nested is refused" root nested 77 \
	"without nested virtualization (parameter nested=0 of kvm_amd)" "sudo modprobe kvm_amd nested=1"
kvm nested=1
says "who may not open /dev/kvm is refused" stranger nested 77 "no permission to open /dev/kvm"
says "who is no root is told so before anything is read" member native 77 "root"
kvm nested=1 npt=0
says "with npt=0 auto takes nested all the same" member auto 77 "host: nested (auto: KVM offers its guests svm)" "$no_image"
kvm
before=$(machine_state)
native
wait "$PID"
report "native passes" "$(grep -q '"verdict": "pass"' "$ONE/verdicts.json" || echo "it did not pass")"
report "native leaves the machine as it was" "$(aftermath "$before")"
status=0

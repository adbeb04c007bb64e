# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# `exitmeter shell` on a machine's own KVM: the console works, and each end puts the stock modules back.

# shellcheck source=SCRIPTDIR/lib.bash
. /payload/templates/lib.bash

KEYS=/run/keys
SCREEN=/run/screen
mkfifo "$KEYS"
exec 9<> "$KEYS"

# open_shell: starts a shell at a terminal of its own, whose keys come from descriptor 9; sets PID.
open_shell() {
	rm -f "$SCREEN"
	script -qefc "/payload/exitmeter shell --host native --guest micro --kit /payload --module-dir /payload/modules \
		--guest-kernel /payload/vmlinuz --cache $CACHE" "$SCREEN" < "$KEYS" > "$LOG" 2>&1 &
	PID=$!
	wait_for "$SCREEN" '^/ # ' || echo "there is no prompt"
}

# ends_with CODE STATE
ends_with() {
	local got=0
	wait "$PID" || got=$?
	differs "exit code" "$1" "$got"
	aftermath "$2"
}

by_key() {
	local before
	before=$(machine_state)
	open_shell
	printf 'cpuid -1 -l 0x4fffffff\r' >&9
	wait_for "$SCREEN" '0x4fffffff 0x00: eax=0x0*[1-9a-f]' || echo "the leaf told nothing"
	printf '\x1d' >&9
	ends_with 0 "$before"
}

by_poweroff() {
	local before
	before=$(machine_state)
	open_shell
	printf 'poweroff\r' >&9
	ends_with 0 "$before"
}

# The guardian puts back what the program itself no longer can, a moment later.
by_kill() {
	local before i
	before=$(machine_state)
	open_shell
	# Its guardians are forked from it, and go by the same words.
	pkill -KILL -o -xf "/payload/exitmeter shell .*"
	wait "$PID"
	for ((i = 0; i < 300; i++)); do
		[ -n "$(aftermath "$before")" ] || break
		sleep 0.2
	done
	aftermath "$before"
}

modprobe kvm_amd
report "Ctrl-] ends it" "$(by_key)"
report "the guest's poweroff ends it" "$(by_poweroff)"
report "SIGKILL ends it" "$(by_kill)"
echo "1..$COUNT" >> "$REPORT"
# shellcheck disable=SC2034 # host-init tells L0
status=0

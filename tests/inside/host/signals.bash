# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Ctrl-C and SIGTERM in the phases of a native run. The file `cases` has a line "SIGNAL PHASE" for each.

# shellcheck source=SCRIPTDIR/lib.bash
. /payload/templates/lib.bash

# The machine is as its owner left it: KVM is loaded, with a parameter that the owner has set.
modprobe kvm_amd nested=0

# stop SIGNAL PHASE: starts a run, stops it in that phase, and prints what is wrong afterwards.
stop() {
	local signal=$1 phase=$2 before code=0 words
	words="; nothing of this run was kept"
	# All is measured by then, so the run folder is kept.
	[ "$phase" != "restore modules" ] || words=" when all was measured: $ONE is whole"
	before=$(machine_state)
	set --
	case $phase in
	"seed and overlay") # the cloud guest's files, with a small disk for the image
		qemu-img create -q -f qcow2 /run/base.qcow2 64M
		set -- --guest cloud --guest-disk /run/base.qcow2 --guest-disk-format qcow2
		;;
	"guest to boot" | "guest to off") # a guest that comes that far
		set -- --guest-init /payload/probe
		;;
	esac
	EXITMETER_PAUSE_AT=$phase native "$@"
	wait_until is_paused "$phase" || echo "it ended by itself"
	if [ "$signal" = INT ]; then kill -INT -- "-$PID"; else kill "-$signal" "$PID"; fi
	kill -CONT "$PID"
	wait "$PID" || code=$?
	differs "exit code" $((128 + $(kill -l "$signal"))) "$code"
	differs messages 1 "$(grep -c '^exitmeter: ' "$LOG")"
	grep -q "^exitmeter: stopped by signal $(kill -l "$signal") (.*)$words$" "$LOG" || echo "another message"
	differs "run folder" "$([ "$phase" != "restore modules" ] || echo "$ONE/verdicts.json")" \
		"$(ls "$ONE/verdicts.json" 2> /dev/null)"
	aftermath "$before"
}

while read -r signal phase; do
	trouble=$(stop "$signal" "$phase")
	report "$signal: $phase" "$trouble"
done < /payload/templates/cases
echo "1..$COUNT" >> "$REPORT"
# shellcheck disable=SC2034 # host-init tells L0
status=0

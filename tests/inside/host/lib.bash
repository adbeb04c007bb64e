# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# For scripts that run in an L1 host in place of the harness, as part of its process 1; run_in_host in
# tests/lib/vm.bash brings them in. They do native runs, and write TAP into the run folder that says how those went.

COURIER=/payload/templates
CACHE=/run/cache
ONE=/run/one		# the folder of a native run
LOG=/run/log
REPORT=/run/out/in-host.tap
COUNT=0

# shellcheck source=SCRIPTDIR/../../lib/leftovers.bash
. "$COURIER/leftovers.bash"
mkdir -p /run/out
: > "$REPORT"
# L0 takes a silent host for a dead one, so this is a sign of life.
while :; do
	echo beat
	sleep 2
done > /dev/ttyS1 &

# machine_state: prints what a native run must leave as it was: KVM's modules with all their parameters, who uses
# them, and what is mounted.
machine_state() {
	local module
	for module in kvm kvm_amd kvm_intel; do
		[ -d "/sys/module/$module" ] || continue
		echo "$module $(cat "/sys/module/$module/refcnt")"
		grep -r . "/sys/module/$module/parameters" 2> /dev/null | sort
	done
	sort /proc/self/mounts
}

# report TITLE TROUBLE: writes one result, on the console as well. It is a pass where TROUBLE is empty.
report() {
	local line
	COUNT=$((COUNT + 1))
	if [ -z "$2" ]; then
		echo "ok $COUNT - $1"
	else
		printf 'not ok %s - %s\n' "$COUNT" "$1"
		while read -r line; do echo "# $line"; done <<< "$2"
		sed 's/^/# log: /' "$LOG"
	fi | tee -a "$REPORT"
}

# shellcheck disable=SC2120 # not every script has options for it
# native OPTION...: starts the run that L0 asks for, in a process group of its own; sets PID.
native() {
	rm -rf "$ONE"
	setsid /payload/exitmeter run --config /payload/config.json --out "$ONE" --cache "$CACHE" "$@" \
		> "$LOG" 2>&1 < /dev/null &
	PID=$!
}

# wait_until COMMAND...: waits until COMMAND succeeds, as long as the run lives.
wait_until() {
	until "$@"; do
		kill -0 "$PID" 2> /dev/null || return 1
		sleep 0.1
	done
}

is_paused() { grep -q "^paused at $1$" "$LOG" && grep -q '^State:.T' "/proc/$PID/status"; }

wait_for() { wait_until grep -qs -- "$2" "$1"; }

USER_ID=65534

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

# differs WHAT WANTED GOT: prints the difference, and nothing where there is none.
differs() {
	[ "$2" = "$3" ] || printf '%s: wanted\n%s\n%s: got\n%s\n' "$1" "$2" "$1" "$3"
}

# aftermath STATE: prints what is not as STATE says that it was before a run.
aftermath() {
	differs "the machine" "$1" "$(machine_state)"
	leftovers "$CACHE"
	leftovers "$ONE"
}

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# `exitmeter stat` on a real KVM: without a VM, beside one on stock modules, and beside one whose number of CPUIDs is
# known (tests/inside/guest/idler.c).

# shellcheck source=SCRIPTDIR/lib.bash
. /payload/templates/lib.bash

ROWS=/run/rows

# said CODE MESSAGE OPTION...: prints what is wrong where `stat` does not end with CODE and that message on stderr.
said() {
	local code=$1 message=$2 got=0 told
	shift 2
	told=$(/payload/exitmeter stat "$@" 2>&1 > /dev/null) || got=$?
	differs "exit code" "$code" "$got"
	[[ $told == *"$message"* ]] || differs message "$message" "$told"
}

# vm_name: the name that libvirt has given the guest.
vm_name() { cat /proc/[0-9]*/cmdline 2> /dev/null | tr '\0' '\n' | sed -n 's/^guest=\(exitmeter-guest[^,]*\),.*/\1/p' | head -n 1; }

# stop_run: ends a run that is paused, and prints what it has left.
stop_run() {
	kill -TERM "$PID"
	kill -CONT "$PID"
	wait "$PID"
	aftermath "$1"
}

without_vm() {
	said 77 "no VM runs on this machine's KVM: start one first"
	said 2 "no VM runs on this machine's KVM, and so no 'web1'" web1
}

beside_stock() {
	local before
	before=$(machine_state)
	EXITMETER_PAUSE_AT=guest native --modules stock
	wait_until is_paused guest || echo "the run ended by itself"
	said 77 "are not the patched ones: there is no /sys/kernel/debug/kvm/" "$(vm_name)"
	stop_run "$before"
}

# The sum of the CPUIDs, row by row, must come to the number that the guest tells while it rests.
beside_guest() {
	local name pid cpuids
	EXITMETER_PAUSE_AT=guest native
	wait_until is_paused guest || echo "the run ended by itself"
	name=$(vm_name)
	said 2 "no VM 'nosuch' runs on this machine's KVM: there is " nosuch
	# The guest, and the neighbour that the harness runs beside it.
	differs "all VMs" 3 "$(/payload/exitmeter stat -n 1 | grep -c .)"
	/payload/exitmeter stat --csv "$name" > "$ROWS" 2> /run/stat.err &
	pid=$!
	wait_for "$ROWS" ^time,
	kill -CONT "$PID"
	wait "$PID"
	wait "$pid" || echo "stat ended with $?"
	grep -q "^exitmeter: the VM $name of process [0-9]* has ended$" /run/stat.err || cat /run/stat.err
	cpuids=$(sed -n 's/.*idler: issued=20002 counted=20002 cpuids=\([0-9]*\).*/\1/p' "$ONE/console.log")
	awk -F, -v want="$cpuids" '$6 == "CPUID" { n += $8; seen = seen " " n; if (n == want) found = 1 }
		END { if (!found) print "the guest had " want " CPUIDs, the rows sum to" seen }' "$ROWS"
	awk -F, '$6 == "total" { if (NR > 1 && left) print "the reasons do not sum to the total at " $0; left = $8; next }
		NR > 1 { left -= $8 } END { if (left) print "nor at the end" }' "$ROWS"
}

modprobe kvm_amd
report "without a VM it says so" "$(without_vm)"
report "beside a VM on stock modules it says so" "$(beside_stock)"
report "beside a guest it counts each CPUID" "$(beside_guest)"
echo "1..$COUNT" >> "$REPORT"
# shellcheck disable=SC2034 # host-init tells L0
status=0

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2317 # the functions are called by the names in the file `cases`
#
# Faults of the machine that a native run is on. Each is a function below, and the file `cases` names those to try.
# The guest is bad-init, which says one thing and powers off, or hangs. Every fault must end in a refusal or in the
# verdict `lost`, with everything put back; report() is told what is otherwise.

# shellcheck source=SCRIPTDIR/lib.bash
. /payload/templates/lib.bash

# The machine is as its owner left it: KVM is loaded, with a parameter that the owner has set.
modprobe kvm_amd nested=0

SCRATCH=$CACHE/scratch

# pause PHASE OPTION...: starts a native run, and waits until it has come to that phase and stands there.
pause() {
	EXITMETER_PAUSE_AT=$1 native "${@:2}"
	wait_until is_paused "$1" || echo "it did not come to $1"
}

# ends CODE WORDS: lets the run go on, and prints trouble unless it ends with CODE and says WORDS.
ends() {
	local code=0
	kill -CONT "$PID" 2> /dev/null
	wait "$PID" || code=$?
	differs "exit code" "$1" "$code"
	grep -q -- "$2" "$LOG" || echo "it did not say: $2"
}

is_refused() { [ ! -e "$ONE" ] || echo "there is a run folder"; }

# is_lost OUTCOME: prints trouble unless the run folder says that the run was lost, and by what.
is_lost() {
	grep -q "\"outcome\": \"$1\"" "$ONE/evidence.json" || echo "the outcome is another: $(grep outcome "$ONE/evidence.json")"
	grep -q '"verdict": "lost"' "$ONE/verdicts.json" || echo "the verdict is not lost"
	! grep -q '"verdict": "pass"' "$ONE/verdicts.json" || echo "something passed"
}

# Makes the files of a cloud guest, with a small disk for the image.
CLOUD=(--guest cloud --guest-disk /run/base.qcow2 --guest-disk-format qcow2)
make_base() { qemu-img create -q -f qcow2 /run/base.qcow2 64M; }

# --- what the guest is made of ----------------------------------------------------------------------

# The overlay's base goes before QEMU opens it.
base_gone() {
	make_base
	pause libvirt "${CLOUD[@]}"
	rm /run/base.qcow2
	ends 2 'exitmeter: libvirt: cannot start the domain: .*/run/base.qcow2'
	is_refused
}

# The same while the guest runs, which has not read from it yet.
base_torn() {
	make_base
	pause "guest start" "${CLOUD[@]}" --timeout-start 5
	truncate -s 0 /run/base.qcow2
	ends 3 'printed nothing for [0-9]* s'
	is_lost silent
}

seed_gone() {
	make_base
	pause libvirt "${CLOUD[@]}"
	rm "$SCRATCH"/*/seed.img
	ends 2 'exitmeter: libvirt: cannot start the domain: .*seed.img'
	is_refused
}

seed_unreadable() {
	make_base
	mkdir -p /run/bin
	printf '#!/bin/sh\necho "cannot write a file system" >&2\nexit 1\n' > /run/bin/cloud-localds
	chmod 755 /run/bin/cloud-localds
	PATH=/run/bin:$PATH native "${CLOUD[@]}"
	ends 2 'exitmeter: cloud-localds failed (exit code 1): cannot write a file system$'
	rm -r /run/bin
	is_refused
}

tool_gone() {
	make_base
	mv /usr/bin/qemu-img /run/
	native "${CLOUD[@]}"
	ends 77 'exitmeter: qemu-img is not installed'
	mv /run/qemu-img /usr/bin/
	is_refused
}

# --- QEMU and libvirt ----------------------------------------------------------------------------------

qemu_gone() {
	mv /usr/bin/qemu-system-x86_64 /run/
	native
	ends 2 'exitmeter: libvirt: cannot start the domain: '
	mv /run/qemu-system-x86_64 /usr/bin/
	is_refused
}

qemu_killed() {
	pause "guest start"
	pkill -9 qemu-system
	ends 3 'QEMU ended under the guest'
	is_lost died
}

# QEMU goes on writing console and records, to files that have no name any more.
console_gone() {
	pause "guest start" --timeout-start 5 --guest-append bad=hang
	rm "$ONE".part.*/console.log "$ONE".part.*/records.log
	ends 3 'printed nothing for [0-9]* s'
	is_lost silent
}

# --- KVM's modules -------------------------------------------------------------------------------------

# A message says what cannot be put back. The next start puts it back, once that is possible.
put_back_later() {
	local state=$1
	/payload/exitmeter clean --cache "$CACHE" >> "$LOG" 2>&1 || echo "clean failed"
	differs "the machine, after clean" "$state" "$(machine_state)"
}

kvm_held() {
	local state holder
	state=$(machine_state)
	pause "guest start"
	sleep 1000 3<> /dev/kvm > /dev/null &
	holder=$!
	ends 2 "process $holder (sleep)"
	is_refused
	kill "$holder"
	wait "$holder" 2> /dev/null
	put_back_later "$state"
}

stock_gone() {
	local state file
	state=$(machine_state)
	file=$(modinfo -F filename kvm_amd)
	pause "guest start"
	mv "$file" /run/kvm-amd.ko
	ends 2 'exitmeter: .*kvm_amd'
	is_refused
	mv /run/kvm-amd.ko "$file"
	put_back_later "$state"
}

# --- space, memory, time -----------------------------------------------------------------------------------

# fill DIR: fills the file system of DIR to the last byte.
fill() {
	local free
	free=$(df --output=avail -B 4096 "$1" | tail -n 1)
	fallocate -l $((free * 4096)) "$1/filler" 2> /dev/null
	cat /dev/zero > "$1/filler.rest" 2> /dev/null
	differs "free blocks" 0 "$(df --output=avail -B 4096 "$1" | tail -n 1 | tr -d ' ')"
}

# The run folder, the scratch folder and the place where the modules' state is kept are all full.
disk_full() {
	local state
	state=$(machine_state)
	mkdir -p /run/small /run/exitmeter
	mount -t tmpfs -o size=600m none /run/small
	mount -t tmpfs -o size=1m none /run/exitmeter
	CACHE=/run/small/cache ONE=/run/small/one
	pause "guest start"
	fill /run/small
	fill /run/exitmeter
	ends 2 'exitmeter: .*No space left on device'
	is_refused
	differs "left over" "" "$(leftovers /run/small)"
	umount /run/small /run/exitmeter
	CACHE=/run/cache ONE=/run/one
	differs "the machine" "$state" "$(machine_state)"
}

# The guest takes all its memory, which the host does not have.
out_of_memory() {
	local free
	free=$(awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo)
	mkdir -p /run/hog
	mount -t tmpfs -o size=100% none /run/hog
	fallocate -l $((free - 500))M /run/hog/filler
	native --guest-append bad=eat
	ends 3 'QEMU ended under the guest'
	is_lost died
	umount /run/hog
}

# The clock jumps by days. Every time limit must be on a clock that nobody sets.
clock_jumps() {
	local jumper now
	now=$(date +%s)
	while :; do
		date -s "+3 days"
		sleep 0.5
		date -s "-7 days"
		sleep 0.5
	done > /dev/null &
	jumper=$!
	native --guest-init /payload/probe
	ends 0 'verdict: pass'
	kill "$jumper"
	wait "$jumper" 2> /dev/null
	date -s "@$now" > /dev/null
}

# --- all of them ---------------------------------------------------------------------------------------------

while read -r fault; do
	state=$(machine_state)
	trouble=$("$fault"; aftermath "$state")
	report "$fault" "$trouble"
done < /payload/templates/cases
echo "1..$COUNT" >> "$REPORT"
# shellcheck disable=SC2034 # host-init tells L0
status=0

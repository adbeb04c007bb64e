#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# `exitmeter stat` on a made-up debugfs, with processes that pass for QEMU's.
#
# shellcheck disable=SC2154 # output, stderr and their lines are run's

bats_require_minimum_version 1.5.0

load ../lib/cli.bash

debugfs() {
	export EXITMETER_DEBUGFS=$BATS_TEST_TMPDIR/debug
	mkdir -p "$EXITMETER_DEBUGFS/kvm" "$EXITMETER_DEBUGFS/bdi"
	echo 0 > "$EXITMETER_DEBUGFS/kvm/exits"
}

# start_vm NAME: starts a process that has such a VM; sets pid and folder. It is killed at the end of the test.
start_vm() {
	python3 -c 'import time; time.sleep(1000)' -name "guest=$1,debug-threads=on" 3>&- &
	pid=$!
	vms+=" $pid"
	folder=$EXITMETER_DEBUGFS/kvm/$pid-11
	mkdir -p "$folder/vcpu0"
	# Between fork and exec it has the name of this shell.
	until tr '\0' ' ' < "/proc/$pid/cmdline" | grep -q "guest=$1,"; do sleep 0.01; done
}

teardown() {
	# shellcheck disable=SC2086 # words
	[ -z "${vms-}" ] || kill $vms
	assert_nothing_left
}

# counters FOLDER CPUIDS IOS: writes what KVM has counted there, at once.
counters() {
	printf 'exitmeter 1\nvendor svm\nlayout split\nscope vm\nvcpus 1\nexits %d\ncycles %d\n' $(($2 + $3)) $((($2 + $3) * 1000)) \
		> "$1/new"
	printf 'reason 0x72 exits %d cycles %d\nreason 0x7b exits %d cycles %d\nother exits 0 cycles 0\n' "$2" "$2"000 "$3" "$3"000 \
		>> "$1/new"
	mv "$1/new" "$1/exitmeter"
}

# follow COMMAND...: starts it, with its output to read from ${tool[0]} and its pid in tool_PID.
follow() {
	coproc tool { exec "$@" 2> "$BATS_TEST_TMPDIR/stderr" 3>&-; }
	tool_pid=$tool_PID
}

# The sum of a column of the rows that were read, of the VM of process $1 and the reason $2.
sum() {
	awk -F, -v pid="$1" -v reason="$2" '$2 == pid && $6 == reason { n += $8 } END { print n + 0 }' "$BATS_TEST_TMPDIR/rows"
}

@test "the exits of each VM by reason, to the last one, until Ctrl-C" {
	debugfs
	start_vm web1
	web1=$pid at1=$folder
	start_vm web2
	web2=$pid at2=$folder
	counters "$at1" 1000 50
	counters "$at2" 7 0
	follow "$exitmeter" stat -i 1 --csv
	read -r head <&"${tool[0]}"
	[ "$head" = time,pid,fd,vm,seconds,reason,number,exits,exits_per_second,cycles ]
	# By now it has read for the first time.
	counters "$at1" 4211 62
	counters "$at2" 7 3
	: > "$BATS_TEST_TMPDIR/rows"
	until [ "$(sum "$web1" total)" -ge 3223 ] && [ "$(sum "$web2" total)" -ge 3 ]; do
		read -r row <&"${tool[0]}"
		echo "$row" | tee -a "$BATS_TEST_TMPDIR/rows"
	done
	until grep -q "^[^,]*,$web2,11,web2,.*,IOIO," "$BATS_TEST_TMPDIR/rows"; do
		read -r row <&"${tool[0]}"
		echo "$row" >> "$BATS_TEST_TMPDIR/rows"
	done
	kill -INT "$tool_pid"
	code=0
	wait "$tool_pid" || code=$?
	[ "$code" -eq 0 ]
	[ ! -s "$BATS_TEST_TMPDIR/stderr" ]
	[ "$(sum "$web1" CPUID) $(sum "$web1" IOIO) $(sum "$web1" total)" = "3211 12 3223" ]
	[ "$(sum "$web2" CPUID) $(sum "$web2" IOIO) $(sum "$web2" total)" = "0 3 3" ]
	grep -q "^20..-..-..T..:..:..Z,$web1,11,web1,[1-9][0-9]*\.[0-9]*,CPUID,0x72,3211," "$BATS_TEST_TMPDIR/rows"
}

@test "a VM goes by its process, by process and descriptor, or by its name" {
	debugfs
	start_vm web1
	counters "$folder" 5 5
	web1=$pid
	start_vm web2
	counters "$folder" 5 5
	for wanted in "$web1" "$web1-11" web1; do
		run -0 --separate-stderr "$exitmeter" stat -n 1 "$wanted"
		[ "${#lines[@]}" -eq 2 ]
		[[ ${lines[0]} =~ ^VM\ +exits/s\ +cyc/exit\ +CPUID\ +IOIO\ +other$ ]]
		[[ ${lines[1]} =~ ^"$web1 web1 "\ +0\ +-\ +0\ +0\ +0$ ]]
	done
	refused 2 "no VM 'nosuch' runs on this machine's KVM: there is " "$exitmeter" stat nosuch
	[[ $stderr == *"web1 (process $web1)"* && $stderr == *"web2 (process $pid)"* ]]
}

@test "all VMs have rows, and the head comes again" {
	debugfs
	for name in a b; do
		start_vm "$name"
		counters "$folder" 5 5
	done
	run -0 --separate-stderr "$exitmeter" stat --count 2
	[ "${#lines[@]}" -eq 5 ]
	# In a screen of six lines two rows are followed by a head.
	run -0 script -qec "stty rows 6 cols 80; '$exitmeter' stat -n 2" /dev/null
	[ "$(grep -c '^VM ' <<< "$output")" -eq 2 ]
	[ "$(wc -L <<< "${output//$'\r'/}")" -le 80 ]
}

# ends_without PATH: when that is gone, a VM that is watched has ended, and stat says so and ends.
ends_without() {
	counters "$folder" 5 5
	follow "$exitmeter" stat --csv
	read -r _ <&"${tool[0]}"
	mv "$1" "$BATS_TEST_TMPDIR/gone"
	code=0
	wait "$tool_pid" || code=$?
	[ "$code" -eq 0 ]
	[ "$(cat "$BATS_TEST_TMPDIR/stderr")" = "exitmeter: the VM web1 of process $pid has ended" ]
}

@test "a VM that ends is told, and so it ends" {
	debugfs
	start_vm web1
	ends_without "$folder"
}

@test "a VM has ended as well where KVM is unloaded right after it" {
	debugfs
	start_vm web1
	ends_without "$EXITMETER_DEBUGFS/kvm"
}

@test "another signal than Ctrl-C shows in the exit code" {
	debugfs
	start_vm web1
	counters "$folder" 5 5
	follow "$exitmeter" stat --csv
	read -r _ <&"${tool[0]}"
	kill -TERM "$tool_pid"
	code=0
	wait "$tool_pid" || code=$?
	[ "$code" -eq 143 ]
}

@test "why nothing can be read is said with the remedy" {
	EXITMETER_DEBUGFS=$BATS_TEST_TMPDIR/none refused 77 "debugfs is not mounted at $BATS_TEST_TMPDIR/none: mount -t debugfs" \
		"$exitmeter" stat
	mkdir "$BATS_TEST_TMPDIR/empty"
	EXITMETER_DEBUGFS=$BATS_TEST_TMPDIR/empty refused 77 "debugfs is not mounted" "$exitmeter" stat
	debugfs
	mv "$EXITMETER_DEBUGFS/kvm" "$BATS_TEST_TMPDIR/aside"
	refused 77 "KVM is not loaded" "$exitmeter" stat
	mv "$BATS_TEST_TMPDIR/aside" "$EXITMETER_DEBUGFS/kvm"
	refused 77 "no VM runs on this machine's KVM: start one first" "$exitmeter" stat
	refused 2 "no VM runs on this machine's KVM, and so no 'web1': start one first" "$exitmeter" stat web1
	start_vm web1
	refused 77 "are not the patched ones: there is no $folder/exitmeter; shut down the VMs, and \`make reload\`" \
		"$exitmeter" stat
	# Without a vCPU nothing is known of the modules.
	rmdir "$folder/vcpu0"
	refused 77 "no VM runs on this machine's KVM" "$exitmeter" stat
	mkdir "$folder/vcpu0"
	echo "exitmeter 7" > "$folder/exitmeter"
	refused 3 "$folder/exitmeter: host counters are malformed" "$exitmeter" stat
}

@test "an ordinary user is told that only root may read it" {
	need_root "no other user can be taken on"
	debugfs
	chmod 700 "$EXITMETER_DEBUGFS"
	chmod 711 "$BATS_TEST_TMPDIR"
	install -m 755 "$exitmeter" "$BATS_TEST_TMPDIR/program"
	refused 77 "only root may read $EXITMETER_DEBUGFS: run it with sudo" \
		env HOME=/nonexistent setpriv --reuid 54321 --clear-groups "$BATS_TEST_TMPDIR/program" stat
}

@test "what is no interval, count or VM is refused" {
	refused 2 "--interval takes a whole number from 1 to 3600, not '0.5'" "$exitmeter" stat -i 0.5
	refused 2 "--count takes a whole number from 0 to 1000000, not '-1'" "$exitmeter" stat -n -1
	refused 2 "--interval needs a value" "$exitmeter" stat -i
	refused 2 "unexpected argument 'two'" "$exitmeter" stat one two
	refused 2 "unexpected argument '-i'" "$exitmeter" status -i 5
}

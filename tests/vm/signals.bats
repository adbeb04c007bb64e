#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Ctrl-C and SIGTERM in every phase of a run, from outside the L1 host; native-signals.bats sends them inside. The
# teardown of tests/lib/vm.bash looks for what is left.

load ../lib/vm.bash
load ../lib/signals.bash

setup_file() { build_bad_init; }
setup() {
	vm_setup
	make_earlier_run
}
teardown() { vm_teardown; }

# --- where a phase begins: everything that the phases before it have made must be put away ---------

# stops SIGNAL PHASE [OPTION...]: a run that is stopped where PHASE begins leaves nothing.
stops() {
	pause "$2" "${@:3}"
	stopped_by "$1"
}

@test "Ctrl-C: verify images" { stops INT "verify images"; }
@test "SIGTERM: verify images" { stops TERM "verify images"; }
@test "Ctrl-C: payload" { stops INT "payload"; }
@test "SIGTERM: payload" { stops TERM "payload"; }
@test "Ctrl-C: boot L1 host" { stops INT "boot L1 host"; }
@test "SIGTERM: boot L1 host" { stops TERM "boot L1 host"; }
# L0 waits for the L1 host in one phase, and the phases that the host reports are part of it.
@test "Ctrl-C: load modules, in the L1 host" { stops INT "load modules"; }
@test "SIGTERM: load modules, in the L1 host" { stops TERM "load modules"; }
@test "Ctrl-C: initramfs, in the L1 host" { stops INT "initramfs"; }
@test "SIGTERM: initramfs, in the L1 host" { stops TERM "initramfs"; }

# --- where all is measured: it is kept, and the exit code tells of the signal --------------------------

# keeps SIGNAL PHASE: a run that is stopped where PHASE begins keeps its folder.
keeps() {
	local signal=$1 got=0
	PAUSE_AT=$2
	start_canned
	wait_until is_paused
	send "$signal"
	wait "$PID" || got=$?
	cat "$C/log"
	[ "$got" -eq "$(code_of "$signal")" ]
	[ "$(grep -c '^exitmeter: ' "$C/log")" -eq 1 ]
	grep -q "^exitmeter: stopped by signal $(kill -l "$signal") (.*) when all was measured: $OUT is whole$" "$C/log"
	[ "$(jq -r .verdict "$OUT/verdicts.json")" = pass ]
	[ "$(readlink "$C/cache/runs/latest")" = "$OUT" ]
}

@test "Ctrl-C: take results" { keeps INT "take results"; }
@test "SIGTERM: take results" { keeps TERM "take results"; }
@test "Ctrl-C: judge" { keeps INT "judge"; }
@test "SIGTERM: judge" { keeps TERM "judge"; }

# --- in the middle of what takes time -------------------------------------------------------------------

has_read() { [ "$(awk '$1 == "rchar:" { print $2 }' "/proc/$PID/io")" -gt 100000000 ]; }

@test "Ctrl-C in the middle of an image's SHA-256" {
	mkdir "$C/image"
	# A sparse file takes minutes to hash, and no space.
	truncate -s 1T "$C/image/root.img"
	printf '{"files": {"root.img": {"sha256": "%064d", "bytes": %d}}}\n' 0 $((1 << 40)) > "$C/image/image.json"
	start_run --host-image "$C/image"
	wait_until has_read
	stopped_by INT
}

# Makes a tool that hangs, ignores SIGTERM, and has a child.
make_hanging() {
	mkdir -p "$C/bin"
	cat > "$C/bin/$1" <<-END
	#!/bin/bash
	trap '' TERM INT
	sleep 1000 &
	echo "\$*" > "$C/hangs"
	wait
	END
	chmod +x "$C/bin/$1"
	PATH=$C/bin:$PATH
}

@test "SIGTERM in the middle of a tool that hangs" {
	make_hanging mke2fs
	start_run
	wait_until [ -s "$C/hangs" ]
	stopped_by TERM
}

@test "Ctrl-C while another start holds the lock" {
	mkdir "$C/cache/scratch"
	exec 8> "$C/cache/scratch/.lock"
	flock 8
	start_run 8>&-
	wait_until [ -e "/proc/$PID/fd/3" ]
	wait_until eval '[[ $(readlink /proc/$PID/fd/*) == *scratch/.lock* ]]'
	stopped_by INT
	exec 8>&-
}

@test "SIGTERM while the L1 host's kernel boots" {
	start_run
	wait_for "$C/cache/scratch/*/host-console.log" "Linux version"
	stopped_by TERM
}

@test "Ctrl-C while the guest runs" {
	start_run --guest-init "$BATS_FILE_TMPDIR/bad-init" --guest-append bad=hang
	wait_for "$C/cache/scratch/*/host-progress.log" "guest start"
	stopped_by INT
}

# libvirt starts QEMU in our process group, so a terminal's Ctrl-C reaches QEMU as well.
is_asking() {
	local root
	root=$(sed -n '/\/exitmeter-[^/]*$/p' "$C"/cache/scratch/*/owned 2> /dev/null | head -n 1)
	[ -n "$root" ] && compgen -G "$root/lib/qemu/qmp-*" > /dev/null
}

@test "Ctrl-C while libvirt asks QEMU what it can" {
	rm -rf "$C/cache/libvirt"
	start_run
	wait_until is_asking
	stopped_by INT
}

@test "what a kill -9 leaves while libvirt asks QEMU is cleaned by the next start" {
	rm -rf "$C/cache/libvirt"
	start_run
	wait_until is_asking
	kill -9 "$PID"
	wait "$PID" || true
	run "$EXITMETER" clean --cache "$C/cache"
	[ "$output" = "1 dead run put away" ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Faults around an emulated host: in what it is made of, in what it gives back, and in what it runs on.

load ../lib/vm.bash
load ../lib/signals.bash

setup_file() { build_bad_init; }
setup() { vm_setup; }
teardown() {
	[ -z "${MOUNTED-}" ] || umount "$MOUNTED"
	vm_teardown
}

# ends CODE WORDS: the run goes on, ends with CODE, and says WORDS in one message or in a verdict.
ends() {
	local got=0
	resume 2> /dev/null || true
	wait "$PID" || got=$?
	cat "$C/log"
	[ "$got" -eq "$1" ]
	grep -q -- "$2" "$C/log"
}

is_refused() {
	[ "$(grep -c '^exitmeter: ' "$C/log")" -eq 1 ]
	[ ! -e "$OUT" ]
}

# is_lost WORDS: the run is lost for that reason, and nothing is called passed.
is_lost() {
	[ "$(outcome)" = host-lost ]
	jq -r .detail "$OUT/evidence.json" | grep -q -- "$1"
	[ "$(jq -r .verdict "$OUT/verdicts.json")" = lost ]
	[ "$(jq -r '[.clauses[] | select(.verdict == "pass")] | length' "$OUT/verdicts.json")" -eq 0 ]
}

# --- the results disk, between the host's end and the reading of it ---------------------------------------

results() { echo "$C"/cache/scratch/*/results.img; }

@test "a results disk that is torn in the middle is a lost host" {
	PAUSE_AT="take results"
	start_canned
	wait_until is_paused
	dd if=/dev/urandom of="$(results)" bs=512 seek=20 count=40 conv=notrunc
	ends 3 "verdict: lost"
	is_lost "the results disk of the L1 host: "
}

@test "a results disk that is cut short is a lost host" {
	PAUSE_AT="take results"
	start_canned
	wait_until is_paused
	truncate -s 3000 "$(results)"
	ends 3 "verdict: lost"
	is_lost "the results disk of the L1 host: "
}

@test "a host hands back what it measured, and no verdict" {
	pause "take results"
	members=$(tar -tf "$(results)")
	echo "$members"
	grep -qx evidence.json <<< "$members"
	grep -qx complete <<< "$members"
	run grep -xE 'verdicts.json|summary.json|report.*|junit.xml|SHA256SUMS' <<< "$members"
	[ "$status" -eq 1 ]
	ends 0 "verdict: pass"
	[ "$(jq -r .verdict "$OUT/verdicts.json")" = pass ]
}

# --- the space that the host's disks are in -------------------------------------------------------------

@test "no space left for the results halts the host, which is said at once" {
	[ "$(id -u)" -eq 0 ] || skip "not root: no file system to fill up"
	mkdir "$C/small"
	mount -t tmpfs -o size=800m none "$C/small" || skip "no tmpfs may be mounted here"
	MOUNTED=$C/small
	PAUSE_AT="boot L1 host"
	make_canned
	start_run "${CANNED[@]}" --cache "$C/small" --guest-image "$C/cache/images/guest-bookworm"
	wait_until is_paused
	fallocate -l "$(df --output=avail -B 1 "$C/small" | tail -n 1)" "$C/small/filler"
	ends 3 "verdict: lost"
	is_lost "no space left for its results disk"
	[ "$(leftovers "$C/small")" = "" ]
}

# --- what starts the host ----------------------------------------------------------------------------------

# with_qemu FAKE: puts FAKE into QEMU's place for this run. The real QEMU takes the place of qemu-system-i386.
with_qemu() {
	[ "$(id -u)" -eq 0 ] || skip "not root: nothing can be put in QEMU's place"
	# shellcheck disable=SC2016 # expanded by the inner shell
	WRAP=(unshare --mount sh -c 'cd /usr/bin && mount --bind qemu-system-x86_64 qemu-system-i386 &&
		mount --bind "$0" qemu-system-x86_64 && exec "$@"' "$1")
}

@test "a QEMU that ends when it is started is a refusal, with its last words" {
	# The fake answers libvirt's questions about QEMU, and then fails.
	cat > "$C/fake-qemu" <<-'END'
	#!/bin/bash
	case "$*" in
	*"-machine none"*) exec /usr/bin/qemu-system-i386 "$@" ;;
	esac
	echo "qemu: out of luck" >&2
	exit 1
	END
	chmod +x "$C/fake-qemu"
	with_qemu "$C/fake-qemu"
	start_run
	ends 2 "^exitmeter: libvirt: cannot start the domain: .*out of luck"
	is_refused
}

@test "a QEMU that cannot be executed is a refusal" {
	with_qemu /dev/null
	start_run
	ends 2 "^exitmeter: libvirt: cannot start the domain: .*qemu-system-x86_64"
	is_refused
}

@test "more memory than this machine has is a refusal" {
	[ "$(awk '$1 == "MemTotal:" { print int($2 / 1048576) }' /proc/meminfo)" -lt 60 ] || skip "this machine has it"
	[ "$(cat /proc/sys/vm/overcommit_memory)" -ne 1 ] || skip "this machine promises any memory"
	start_run --memory 65536
	ends 2 "^exitmeter: .*memory"
	is_refused
}

# --- what the host is given ---------------------------------------------------------------------------------

@test "a host whose initrd cannot go on is lost, and its console says why" {
	make_kit
	chmod -x "$C/kit/host-init"
	start_run --kit "$C/kit"
	ends 3 "host-initrd: no host-init on the payload disk"
	is_lost "it went off before its harness had ended"
}

@test "modules that crash the host when they are loaded fail by name, after a second try" {
	"$TOP/tests/kernel/builders/build-fault" "$CACHE/trees/build-$SUITE" "$CACHE/modules/$KERNEL" panic "$C/modules"
	start_run --module-dir "$C/modules"
	ends 1 "once more: the emulator is known"
	[ "$(outcome)" = host-crashed ]
	[ "$(verdict stable)" = fail ]
	jq -e '.clauses[] | select(.id == "stable") | .got | test("fault_init.* of kvm: .*a fault on purpose")' "$OUT/verdicts.json"
	[ -s "$OUT/host-console.1.log" ]
}

@test "modules that the kernel refuses are a lost run, by an L1's word, and the stock ones are back" {
	"$TOP/tests/kernel/builders/build-fault" "$CACHE/trees/build-$SUITE" "$CACHE/modules/$KERNEL" refuse "$C/modules"
	start_run --module-dir "$C/modules"
	ends 3 "verdict: lost"
	is_lost "L1: .*kvm.ko"
}

# --- inside the host: tests/inside/host/faults.bash has each of them -------------------------------------------

# in_host FAULT...: tries these faults inside one L1 host.
in_host() {
	make_kit
	printf '%s\n' "$@" > "$C/kit/cloud-init/cases"
	run_in_host faults --guest-init "$BATS_FILE_TMPDIR/bad-init" --guest-append bad=off
}

@test "in the host: what the guest is made of, and what runs it, goes missing" {
	in_host base_gone seed_gone seed_unreadable tool_gone qemu_gone
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Many vCPUs, VMs and readers at once: no count is lost or doubled, and the kernel complains about nothing.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "vCPUs that ask at once, vCPUs and VMs that come and go, files read while they vanish" {
	run "$TOP/tests/kernel/abi/boot" --init stress "$CACHE/trees/build-$SUITE" "${MODULE_DIR:-$CACHE/modules/$KERNEL}"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output != *FAIL* ]]
	[ "$(grep -c '^ok: ' <<<"$output")" -eq 20 ]
}

# field NAME: prints that field of the guest's line "hammer: cpus=4 ...".
field() {
	sed -n "s/.*hammer: .*\b$1=\([0-9]*\).*/\1/p" "$OUT/console.log" | head -n 1
}

# hits NAME: what the oracle had counted since the modules were loaded.
hits() { sed -n 's/^ *Hits: *//p' "$OUT/$1.txt"; }

@test "4 CPUs with 4 threads each lose no CPUID, and the counts go on after a reboot" {
	"${PROBE_CC:-musl-gcc}" -static -Os -Wall -Wextra -o "$C/hammer" "$TOP/tests/inside/guest/hammer.c"
	run_vm --guest micro --vcpus 4 --guest-init "$C/hammer"
	# This guest writes no records, so the run is lost for the harness; the host counts all the same.
	[ "$status" -eq 3 ]
	[ "$(outcome)" = finished ]
	grep 'hammer:' "$OUT/console.log"
	[ "$(field cpus)" -eq 4 ]
	[ "$(field threads)" -eq 16 ]
	[ "$(field issued)" -eq 32001 ]
	[ "$(field counted)" -eq 32001 ]
	[ "$(field shrunk)" -eq 0 ]
	before=$(sed -n 's/.*hammer: rebooting at=\([0-9]*\).*/\1/p' "$OUT/console.log")
	after=$(sed -n 's/.*hammer: second boot at=\([0-9]*\).*/\1/p' "$OUT/console.log")
	[ "$after" -gt "$before" ]

	exits=$(sed -n 's/^exits //p' "$OUT/host-counters.txt")
	[ "$exits" -gt "$after" ]
	[[ $(unjudged) == *oracle-stat* ]] || [ "$exits" -eq "$(cat "$OUT/host-exits.txt")" ]
	[ "$exits" -eq $(($(hits host-trace) - $(hits host-trace-begin))) ]
	[ "$exits" -eq "$(awk '$1 == "reason" { n += $4 } $1 == "other" { n += $3 } END { print n }' "$OUT/host-counters.txt")" ]
}

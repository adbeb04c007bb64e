#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# Two sides whose difference is known, measured and compared: B counts 3 % more CPUIDs than A.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

# side MODULES FILE: writes the configuration of a side into FILE.
side() {
	"$EXITMETER" batch config --cache "$C/cache" --host emulated-svm --guest micro --host-image "$CACHE/images/host-$SUITE" \
		--module-dir "$1" >"$2"
}

@test "3 % more of one reason are found with ten runs of each side, and told as 3 %" {
	[ "$KERNEL" = 6.1 ] || skip "the patch is on 6.1"
	mutant=29-three-percent
	"$TOP/tests/mutants/build" --tree "$CACHE/trees/build-$SUITE" --modules "$CACHE/modules/$KERNEL" "$C/built" \
		"$TOP/tests/mutants/$mutant.patch"
	side "$CACHE/modules/$KERNEL" "$C/A.json"
	side "$C/built/modules/$mutant" "$C/B.json"
	"$EXITMETER" batch plan --variant "A=$C/A.json" --variant "B=$C/B.json" --runs 10 --cache "$C/cache" --out "$OUT"
	# B's runs fail by the host's own count, and are measured all the same.
	run "$EXITMETER" batch run "$OUT"
	echo "$output"
	[ "$status" -eq 1 ]
	run "$EXITMETER" batch compare "$OUT"
	echo "$output"
	[ "$status" -eq 1 ]
	# In boot and in shutdown: a finding, both ends of whose interval are 3 %.
	[ "$(jq '[.figures[] | select(.finding and .measure == "exits" and .reason == "CPUID 0x72") |
		.mean_a as $a | .interval | map(. * 100 / $a | round)] | unique | tostring' "$OUT/comparison.json")" = '"[[3,3]]"' ]
	[ "$(jq '[.figures[] | select(.finding and .reason == "CPUID 0x72" and .measure == "exits")] | length' "$OUT/comparison.json")" -eq 2 ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# An L1 host is saved when it has booted, and restored in later runs. tests/unit/host/test_host_prepare.c has what
# needs no VM: what the save depends on, damage of each kind, and a save that fails.

load ../lib/vm.bash
load ../lib/signals.bash

setup_file() { build_bad_init; }
setup() {
	vm_setup
	# The guest of such a run powers off at once.
	QUICK=(--host emulated-svm --guest-init "$BATS_FILE_TMPDIR/bad-init" --guest-append bad=off)
}
teardown() { vm_teardown; }

host_start() { jq -r .host_start "$OUT/evidence.json"; }

# judged FILE: prints what each clause comes to, and the verdict.
judged() { jq '[.verdict, .exit_code, (.clauses[] | {id, verdict, weight})]' "$1"; }

# run_restored OPTION...: runs with the save that all suites share. Where another suite was just making it, so that this
# run has booted, it runs once more when that is done.
run_restored() {
	local lock
	run_vm "$@"
	[[ $output == *"another run is making it now"* ]] || return 0
	for lock in "$CACHE"/hosts/*.lock; do flock "$lock" true; done
	rm -r "$OUT"
	run_vm "$@"
}

# Gives the test a folder of saved hosts of its own. What libvirt has found is known, if it was found before.
own_hosts() {
	rm "$C/cache/hosts"
	mkdir "$C/cache/hosts"
	cp "$CACHE"/hosts/caps-*.tar "$C/cache/hosts/" 2> /dev/null || true
}

# flip_byte FILE OFFSET: alters a byte. Any fixed value might be the one that stands there.
flip_byte() {
	local was
	was=$(od -An -tu1 -j "$2" -N 1 "$1")
	# shellcheck disable=SC2059 # the format is the byte
	printf "\\x$(printf %02x $((was ^ 255)))" | dd of="$1" bs=1 seek="$2" conv=notrunc status=none
}

saved() { compgen -G "$C/cache/hosts/*/state"; }

@test "a host that is restored and one that boots come to the same verdicts" {
	run_restored --host emulated-svm --guest micro
	[ "$status" -eq 0 ]
	[ "$(host_start)" = restored ]
	grep -q '^The L1 host was restored as it was saved after an earlier boot$' "$OUT/report.txt"
	"$TOP/tests/schema/validate" "$OUT"
	mv "$OUT" "$C/restored"
	run_vm --host emulated-svm --guest micro --saved-host no
	[ "$status" -eq 0 ]
	[ "$(host_start)" = booted ]
	diff <(judged "$C/restored/verdicts.json") <(judged "$OUT/verdicts.json")
}

@test "a restored host goes by the time of day, and not by that of its save" {
	before=$(date +%s)
	run_restored --guest micro "${QUICK[@]}" --guest-append bad=clock
	after=$(date +%s)
	[ "$(host_start)" = restored ]
	# The guest's clock is set by its host's, in whole seconds.
	clock=$(tr -d '\r' < "$OUT/console.log" | sed -n 's/^clock //p')
	[ "$clock" -ge $((before - 2)) ]
	[ "$clock" -le $((after + 2)) ]
}

@test "while one run makes the save another boots; killed in the middle it leaves none; a damaged one is made anew" {
	own_hosts
	pause "save L1 host" "${QUICK[@]}" --saved-host yes
	first=$PID
	[ -z "$(saved)" ]

	OUT=$C/second run_vm --guest micro "${QUICK[@]}"
	[[ $output == *"no saved L1 host: another run is making it now; it boots"* ]]
	[ "$(OUT=$C/second host_start)" = booted ]
	kill -9 "$first"
	wait "$first" || true
	run "$EXITMETER" clean --cache "$C/cache"
	[ "$output" = "1 dead run put away" ]
	[ -z "$(saved)" ]
	[ -z "$(compgen -G "$C/cache/hosts/*.part.*")" ]

	run_vm --guest micro "${QUICK[@]}"
	[[ $output == *"no saved L1 host fits: one is made, once"* ]]
	[ "$(host_start)" = restored ]
	state=$(saved)
	flip_byte "$state" 100000000
	sum=$(sha256sum < "$state")
	rm -r "$OUT"
	run_vm --guest micro "${QUICK[@]}"
	[[ $output == *"the saved L1 host is not used"*"is altered"*"it is thrown away"* ]]
	[ "$(host_start)" = restored ]
	[ "$(sha256sum < "$(saved)")" != "$sum" ]
}

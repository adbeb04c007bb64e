#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# exitmeter grade and the files of the mutants, as far as they need no VM.

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	exitmeter=${EXITMETER:-${EXITMETER_BUILD:-$TOP/build}/exitmeter}
	D=$BATS_TEST_TMPDIR
}

# refused TEXT OPTION...: grade ends with 2, and says TEXT.
refused() {
	local text=$1
	shift
	run "$exitmeter" grade --cache "$D/cache" "$@"
	echo "$output"
	[ "$status" -eq 2 ]
	[[ $output == *"$text"* ]]
}

@test "grade wants a folder of subjects, and says what is wrong with one" {
	refused "grade needs --subjects DIR"
	refused "cannot read the folder of subjects" --subjects "$D/none"
	mkdir "$D/subjects"
	refused "holds no subject" --subjects "$D/subjects"
	mkdir "$D/subjects/one"
	refused "one is no subject: it holds no kvm.ko" --subjects "$D/subjects"
	mkdir "$D/subjects/a b"
	refused "a subject's name is letters, digits" --subjects "$D/subjects"
}

@test "grade refuses what a subject cannot be given" {
	mkdir -p "$D/subjects/one"
	touch "$D/subjects/one/kvm.ko"
	refused "no --host native" --subjects "$D/subjects" --host native
	refused "no --modules" --subjects "$D/subjects" --modules stock
	refused "no --deterministic" --subjects "$D/subjects" --deterministic
	[ ! -e "$D/cache" ]
}

@test "grade's help names its options and exit codes" {
	run "$exitmeter" grade --help
	[ "$status" -eq 0 ]
	[[ $output == *"--subjects DIR"*"Exit codes:"* ]]
}

@test "every mutant says what it is, and names clauses that there are" {
	cd "$TOP/tests/mutants"
	"$exitmeter" replay --json "$(cp -r "$TOP/tests/fixtures/runs/pass" "$D/run" && echo "$D/run")" > "$D/verdicts" || true
	ids=" $(jq -r '[.clauses[].id] | join(" ")' "$D/verdicts") "
	for file in *.patch; do
		[ -n "$(sed -n '/^---/q; s/^Title: *//p' "$file")" ] || { echo "$file: no Title"; false; }
		vendor=$(sed -n '/^---/q; s/^Vendor: *//p' "$file")
		[[ " svm vmx both " == *" $vendor "* ]] || { echo "$file: vendor '$vendor'"; false; }
		read -r -a clauses < <(sed -n '/^---/q; s/^\(Fails\|Follows\): *//p' "$file" | tr '\n' ' ') || true
		for clause in "${clauses[@]}"; do
			[[ $ids == *" $clause "* || $clause == '*' ]] || { echo "$file: no clause $clause"; false; }
		done
	done
	# There is a mutant for each mistake that real submissions make.
	for mistake in $(seq 20); do
		grep -qx "Mistake: $mistake" ./*.patch || { echo "no mutant for mistake $mistake"; false; }
	done
}

# L0 finds a subject's results by the place of its name in the order of bytes, so the L1 host must use that order.
@test "the L1 host takes subjects in the order of their names' bytes" {
	mkdir -p "$D"/payload/subjects/{a,a-b,a.c,B,a_d}
	# shellcheck disable=SC2016 # the fake's own
	printf '#!/bin/sh\n[ "$1" != pack ] || echo "$4" >> %s\n' "$D/slots" > "$D/payload/exitmeter"
	chmod +x "$D/payload/exitmeter"
	sed -n '/^run_subjects() {/,/^}/p' "$TOP/images/host-init" |
		sed "s,/payload,$D/payload,g; s,> /dev/ttyS1,>> $D/port,; s,/run/out,$D/out,g" > "$D/part"
	grep -q "$D/port" "$D/part"
	run_one() { mkdir -p "$D/out" && touch "$D/out/evidence.json"; }
	wait_for_results() { :; }
	dmesg() { :; }
	# shellcheck disable=SC2034 # the part's
	status=0 results=disk
	eval "$("$exitmeter" protocol)"
	# shellcheck source=/dev/null
	. "$D/part"
	LC_ALL=C.UTF-8 run_subjects
	[ "$(sed -n 's/.* subject \(.*\) status 0$/\1/p' "$D/port" | paste -sd' ')" = "B a a-b a.c a_d" ]
	seq 0 4 | diff - "$D/slots"
}

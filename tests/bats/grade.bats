#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# exitmeter grade, and the mutants' files, as far as they need no VM.

setup() {
	TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	exitmeter=${EXITMETER:-$TOP/build/exitmeter}
	D=$BATS_TEST_TMPDIR
}

# refused TEXT OPTION...: exit code 2, and the message.
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
	# Each mistake that real submissions make is there.
	for mistake in $(seq 20); do
		grep -qx "Mistake: $mistake" ./*.patch || { echo "no mutant for mistake $mistake"; false; }
	done
}

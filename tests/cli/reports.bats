#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# What judging leaves for other programs: TAP that prove reads, JUnit XML and JSON that are valid by their schemas.

bats_require_minimum_version 1.5.0

setup() {
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	exitmeter=${EXITMETER:-${EXITMETER_BUILD:-$top/build}/exitmeter}
	runs=$top/tests/fixtures/runs
	dir=$BATS_TEST_TMPDIR/run
	validate=$top/tests/schema/validate
}

# judge NAME: judges a copy of a saved run in $dir; sets status to the exit code.
judge() {
	rm -rf -- "$dir"
	cp -r -- "$runs/$1" "$dir"
	run "$exitmeter" replay "$dir"
}

# Prints how many clauses of $dir have that verdict.
clauses() {
	jq "[.clauses[] | select(.verdict == \"$1\")] | length" "$dir/verdicts.json"
}

@test "each saved run's files are valid by their schemas" {
	for path in "$runs"/*; do
		judge "$(basename -- "$path")"
		"$validate" "$dir"
	done
}

@test "prove says of each saved run what its verdict is" {
	for path in "$runs"/*; do
		judge "$(basename -- "$path")"
		code=$status
		run prove "$dir/report.tap"
		[ "$status" -eq $((code != 0)) ]
		[[ $output == *", Tests=$(jq '[.clauses[] | select(.verdict != "none")] | length' "$dir/verdicts.json"),"* ]]
		[[ $output != *"Parse errors"* ]]
		failed=$(($(clauses fail) + $(clauses lost)))
		[ "$failed" -eq 0 ] || [[ $output == *" Failed: $failed)"* ]]
	done
}

@test "JUnit has the same clauses with the same verdicts" {
	for path in "$runs"/*; do
		judge "$(basename -- "$path")"
		for pair in fail:failure lost:error skip:skipped; do
			jq -r ".clauses[] | select(.verdict == \"${pair%:*}\") | .id" "$dir/verdicts.json" \
				> "$BATS_TEST_TMPDIR/want"
			xmllint --xpath "//testcase[${pair#*:}]/@name" "$dir/junit.xml" 2> /dev/null |
				sed 's/.*name="\(.*\)"/\1/' > "$BATS_TEST_TMPDIR/got" || true
			diff "$BATS_TEST_TMPDIR/want" "$BATS_TEST_TMPDIR/got"
		done
	done
}

@test "a replay writes what the first judging wrote" {
	judge pass-micro
	for file in report.tap junit.xml summary.json verdicts.json report.txt; do
		cp "$dir/$file" "$BATS_TEST_TMPDIR/$file"
	done
	"$exitmeter" replay "$dir" > /dev/null
	for file in report.tap junit.xml summary.json verdicts.json report.txt; do
		cmp "$dir/$file" "$BATS_TEST_TMPDIR/$file"
	done
}

@test "a stranger's console and outcome stay text, and valid" {
	cp -r -- "$runs/panic" "$dir"
	printf 'a\001\033[31m\377\303\050 ]]></system-out><x>&amp;\r\nok 99 - forged\nTAP version 13\n1..1\n' \
		>> "$dir/console.log"
	jq '.detail = "\u0007\u001b]0;x\u0007 </error> & \"q\" \u2028 \ufffe\nok 77 - forged\n  ...\n# SKIP" |
		.host = "<h&\u0001\">"' "$dir/evidence.json" > "$dir/new"
	mv "$dir/new" "$dir/evidence.json"
	run -3 "$exitmeter" replay "$dir"
	"$validate" "$dir"
	run prove -v "$dir/report.tap"
	[ "$status" -eq 1 ]
	[[ $output != *"Parse errors"* ]]
	[[ $output == *", Tests=$(jq '[.clauses[] | select(.verdict != "none")] | length' "$dir/verdicts.json"),"* ]]
	[ "$(cat "$dir/report.tap" "$dir/report.txt" "$dir/junit.xml" | LC_ALL=C tr -d '\n\040-\176' | wc -c)" -eq 0 ]
}

@test "the schemas refuse what is not so" {
	judge panic
	cp -r -- "$dir" "$BATS_TEST_TMPDIR/good"
	# spoil FILE SED: the schema refuses the file when SED has changed one thing in it.
	while read -r file change; do
		rm -r -- "$dir"
		cp -r -- "$BATS_TEST_TMPDIR/good" "$dir"
		sed -i "$change" "$dir/$file"
		run ! cmp -s "$dir/$file" "$BATS_TEST_TMPDIR/good/$file"
		run -1 "$validate" "$dir"
		[[ $output == *"$file"* ]]
	done <<-'END'
		verdicts.json s/"exit_code": 3/"exit_code": 0/
		verdicts.json s/"format": 2/"format": 3/
		summary.json s/"format": 1/"format": 2/
		verdicts.json 3s/"lost"/"pass"/
		verdicts.json 0,/"lost",$/!s/"lost"/"lots"/
		verdicts.json s/"hint"/"hints"/
		verdicts.json s/"id": "records"/"id": "The records"/
		summary.json s/"outcome": "panic"/"outcome": "panicked"/
		summary.json s/"vcpus": 1/"vcpus": -1/
		summary.json s/"early": {/"late": {/
		summary.json s/"status": "complete",/"status": "complete", "x": 1,/
		summary.json s/"count"/"exits"/
		junit.xml s/errors="[0-9]*"/errors=""/
		junit.xml s/<skipped /<skip /
		junit.xml s/ type="lost"//
		junit.xml s:<system-err/>:<system-err>\x01</system-err>:
		junit.xml s/timestamp="[^"]*"/timestamp="today"/
	END
}

@test "no half-made file is left, and a folder that cannot be written is told" {
	judge pass
	[ -z "$(find "$dir" -name '*.part')" ]
	rm -- "$dir/junit.xml"
	mkdir "$dir/junit.xml"
	run -2 "$exitmeter" replay "$dir"
	[[ $output == *"cannot write $dir/junit.xml"* ]]
}

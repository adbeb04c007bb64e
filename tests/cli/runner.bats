#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# tests/run itself, with planted suites: a failure of any kind must never look like a pass.
#
# shellcheck disable=SC2016 # the planted programs expand their own variables
# shellcheck disable=SC2154 # stderr_lines is run's

bats_require_minimum_version 1.5.0

setup() {
	top=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
	unit=$BATS_TEST_TMPDIR/unit
	suites=$BATS_TEST_TMPDIR/bats
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir -p "$unit" "$suites/cli" "$suites/vm" "$suites/vm-long" "$TMPDIR"
	plant test_good 'echo 1..2; echo "ok 1 - a"; echo "ok 2 - b"'
}

teardown() {
	[ -z "$(ls -A "$TMPDIR")" ]
}

# A program in the place of a unit test.
plant() {
	printf '#!/bin/bash\n%s\n' "$2" >"$unit/$1"
	chmod +x "$unit/$1"
}

# plant_bats NAME BODY [FOLDER]: one test with that body.
plant_bats() {
	printf '@test "planted %s" {\n%s\n}\n' "$1" "$2" >"$suites/${3-cli}/$1.bats"
}

# expect CODE LAST-LINE [OPTION]...
expect() {
	local code=$1 last=$2
	shift 2
	run -"$code" "$top/tests/run" --unit-dir "$unit" --bats-dir "$suites" "$@"
	[ "${lines[-1]}" = "$last" ]
}

@test "what passes is counted, and its TAP is shown" {
	plant_bats good true
	expect 0 "3 passed, 0 failed, 0 skipped"
	[[ $output == *"ok 1 - a"* ]]
	[[ $output == *"ok 1 planted good"* ]]
}

@test "a failing test is counted and its diagnostics are shown" {
	plant test_bad 'echo 1..2; echo "not ok 1 - a"; echo "# 0x1 != 0x2"; echo "ok 2 - b"; exit 1'
	plant_bats bad 'echo the reason; false'
	expect 1 "3 passed, 2 failed, 0 skipped"
	[[ $output == *"# 0x1 != 0x2"* ]]
	[[ $output == *"# the reason"* ]]
}

@test "what a suite says on stderr is shown" {
	plant test_bad 'echo "ERROR: heap-use-after-free" >&2; echo 1..1; echo "not ok 1 - a"; exit 1'
	expect 1 "2 passed, 1 failed, 0 skipped"
	[[ $output == *"ERROR: heap-use-after-free"* ]]
}

@test "a failed test fails the run whatever the suite's exit code" {
	plant test_bad 'echo 1..1; echo "not ok 1 - a"; exit 0'
	expect 1 "2 passed, 1 failed, 0 skipped"
}

@test "a suite that crashes half way counts as one failed" {
	plant test_crash 'echo 1..3; echo "ok 1 - a"; kill -SEGV $$'
	expect 1 "3 passed, 1 failed, 0 skipped"
	[[ $output == *"test_crash showed 1 of 3 results (exit code 139)"* ]]
}

@test "a crash after the last result counts as one failed" {
	plant test_crash 'echo 1..1; echo "ok 1 - a"; kill -SEGV $$'
	expect 1 "3 passed, 1 failed, 0 skipped"
	[[ $output == *"ended with exit code 139, and no failed test"* ]]
}

@test "a leak that the sanitizer tells at the end counts as one failed" {
	plant test_leak 'echo 1..1; echo "ok 1 - a"; echo "detected memory leaks" >&2; exit 23'
	expect 1 "3 passed, 1 failed, 0 skipped"
}

@test "a silent suite counts as one failed" {
	plant test_silent 'exit 0'
	expect 1 "2 passed, 1 failed, 0 skipped"
	[[ $output == *"test_silent printed no plan (exit code 0)"* ]]
}

@test "a suite that cannot be started counts as one failed" {
	printf '#!/nonexistent/shell\n' >"$unit/test_broken"
	chmod +x "$unit/test_broken"
	expect 1 "2 passed, 1 failed, 0 skipped"
}

@test "results without a plan, and more than planned, count as one failed" {
	plant test_planless 'echo "ok 1 - a"'
	plant test_more 'echo 1..1; echo "ok 1 - a"; echo "ok 2 - b"'
	expect 1 "5 passed, 2 failed, 0 skipped"
}

@test "a suite that hangs is ended and counts as one failed" {
	plant test_hang 'echo 1..1; echo "ok 1 - a"; exec sleep 600'
	export TEST_TIMEOUT=1
	expect 1 "3 passed, 1 failed, 0 skipped"
	[[ $output == *"took longer than 1 s and was ended"* ]]
}

@test "a process that a suite leaves behind does not hold the run up" {
	plant test_leaves 'sleep 600 & echo $! >"$TMPDIR/../left"; echo 1..1; echo "ok 1 - a"'
	begun=$SECONDS
	expect 0 "3 passed, 0 failed, 0 skipped"
	[ $((SECONDS - begun)) -lt 60 ]
	kill "$(cat "$BATS_TEST_TMPDIR/left")"
}

@test "a skip of either kind is a skip" {
	plant test_skip 'echo 1..2; echo "not ok 1 # SKIP as cmocka has it"; echo "ok 2 # skip as TAP has it"'
	plant_bats skips 'skip "no such tool"'
	expect 0 "2 passed, 0 failed, 3 skipped"
	[[ $output == *"no such tool"* ]]
}

@test "why a test was skipped stands before the last line" {
	plant test_skip 'echo 1..3; echo "ok 1 - a"; echo "# skip: not root"; echo "not ok 2 # SKIP name_of_it"; echo "not ok 3 # SKIP of_no_reason"'
	plant_bats skips 'skip "no such tool"'
	expect 0 "3 passed, 0 failed, 3 skipped" --junit "$BATS_TEST_TMPDIR/junit.xml"
	[[ ${lines[-5]} == "# skipped, and why:" ]]
	[[ ${lines[-4]} == "#   "*"test_skip: name_of_it: not root" ]]
	[[ ${lines[-3]} == "#   "*"test_skip: of_no_reason: " ]]
	[[ ${lines[-2]} == "#   "*"skips.bats: planted skips: no such tool" ]]
	grep -qF 'name="name_of_it"' "$BATS_TEST_TMPDIR/junit.xml"
	grep -qF '<skipped message="not root"/>' "$BATS_TEST_TMPDIR/junit.xml"
}

@test "what failed stands before the last line, with the end of what was said of it" {
	plant test_fail 'echo 1..3; echo "ok 1 - a"; echo "# of a"; echo "not ok 2 - b"; for i in $(seq 20); do echo "# why $i"; done; echo "not ok 3 - c"; exit 2'
	plant_bats fails 'false'
	expect 1 "3 passed, 3 failed, 0 skipped"
	told=$(sed '1,/^# failed, and what was said of it last:$/d' <<<"$output")
	[ "$(head -n 1 <<<"$told")" = "#   $unit/test_fail: b" ]
	[ "$(sed -n '2p;13p' <<<"$told")" = $'#     why 9\n#     why 20' ]
	[ "$(sed -n 14p <<<"$told")" = "#   $unit/test_fail: c" ]
	[ "$(sed -n 15p <<<"$told")" = "#   $suites/cli/fails.bats: planted fails" ]
	grep -qxF "#     \`false' failed" <<<"$told"
	[[ $told != *"of a"* ]]
}

@test "where nothing passed the run fails" {
	rm "$unit/test_good"
	expect 1 "0 passed, 0 failed, 0 skipped"
	plant test_skip 'echo 1..1; echo "ok 1 # SKIP"'
	expect 1 "0 passed, 0 failed, 1 skipped"
}

@test "Bats files of the VM run unless --no-vm" {
	plant_bats boots true vm
	expect 0 "3 passed, 0 failed, 0 skipped"
	[[ $output == *"planted boots"* ]]
	expect 0 "2 passed, 0 failed, 0 skipped" --no-vm
}

@test "--filter takes the suites that match" {
	plant test_other 'echo 1..1; echo "ok 1 - a"'
	plant_bats other true
	expect 0 "1 passed, 0 failed, 0 skipped" --filter 'unit/test_oth'
	expect 0 "2 passed, 0 failed, 0 skipped" --filter 'other'
	expect 1 "0 passed, 0 failed, 0 skipped" --filter 'nosuch'
}

@test "a Bats file that does not parse counts as failed" {
	echo '@test "open {' >"$suites/cli/broken.bats"
	run -1 "$top/tests/run" --unit-dir "$unit" --bats-dir "$suites"
	[[ ${lines[-1]} =~ ^2\ passed,\ [1-9]\ failed ]]
}

@test "a setup_file that fails counts as failed, with the tests that never ran" {
	printf 'setup_file() { false; }\n@test "a" { true; }\n@test "b" { true; }\n' >"$suites/cli/set.bats"
	run -1 "$top/tests/run" --unit-dir "$unit" --bats-dir "$suites"
	[[ ${lines[-1]} =~ ^2\ passed,\ [1-9]\ failed ]]
}

@test "TERM ends the suite that runs, and leaves nothing" {
	plant test_hang 'echo $$ >"$TMPDIR/../pid"; echo 1..1; exec sleep 600'
	"$top/tests/run" --unit-dir "$unit" --bats-dir "$suites" >/dev/null 3>&- &
	for _ in $(seq 100); do
		[ ! -s "$BATS_TEST_TMPDIR/pid" ] || break
		sleep 0.1
	done
	kill -TERM $!
	rc=0
	wait $! || rc=$?
	[ "$rc" -eq 143 ]
	run ! kill -0 "$(cat "$BATS_TEST_TMPDIR/pid")"
}

@test "suites run beside each other, and are shown whole and in order" {
	# Each waits for the other to have begun.
	plant test_a 'touch "$TMPDIR/../a"; until [ -e "$TMPDIR/../b" ]; do sleep 0.1; done; echo 1..1; echo "ok 1 - a"'
	plant test_b 'echo 1..2; echo "ok 1 - b"; touch "$TMPDIR/../b"; until [ -e "$TMPDIR/../a" ]; do sleep 0.1; done; echo "ok 2 - b"'
	expect 0 "5 passed, 0 failed, 0 skipped" --jobs 2
	[ "$(grep '^ok' <<<"$output" | tr '\n' ,)" = "ok 1 - a,ok 1 - b,ok 2 - b,ok 1 - a,ok 2 - b," ]
}

@test "a run whose lane is killed ends, and fails" {
	plant test_kills 'kill -KILL "$(ps -o ppid= -p "$PPID" | tr -d " ")"; sleep 1'
	run -1 "$top/tests/run" --unit-dir "$unit" --bats-dir "$suites" --jobs 1
	[[ $output == *"what runs the suites was killed"* ]]
}

@test "with one job no suite begins before the last has ended" {
	plant test_a 'touch "$TMPDIR/../runs"; sleep 0.3; rm "$TMPDIR/../runs"; echo 1..1; echo "ok 1 - a"'
	plant test_b 'echo 1..1; [ -e "$TMPDIR/../runs" ] && printf "not "; echo "ok 1 - b"'
	expect 0 "4 passed, 0 failed, 0 skipped" --jobs 1
}

@test "the long tests run only when asked for, and count in the one closing line" {
	printf '@test "long" { true; }\n' >"$suites/vm-long/long.bats"
	expect 0 "2 passed, 0 failed, 0 skipped"
	expect 0 "3 passed, 0 failed, 0 skipped" --long
	[ "$(grep -cE '^[0-9]+ passed, ' <<<"$output")" -eq 1 ]
}

# figure ATTRIBUTE: summed over the suites of the JUnit file.
figure() {
	xmllint --xpath "sum(//testsuite/@$1)" "$BATS_TEST_TMPDIR/junit.xml"
}

@test "--junit writes the same results, valid by the schema, whatever a suite prints" {
	plant test_bad 'echo 1..3; echo "ok 1 - a & b"; echo "not ok 2 - <c> \"d\""
		printf "# 1 != 2 \001\033[31m\377 ]]> &amp; <x>\n"; echo "ok 3 - e # SKIP no <tool>"; exit 1'
	plant test_crash 'printf "1..2\nok 1 - a\nSegmentation \377 fault"; kill -SEGV $$'
	plant test_skip 'echo 1..1; echo "not ok 1 # SKIP as cmocka has it"'
	plant_bats good true
	expect 1 "5 passed, 2 failed, 2 skipped" --junit "$BATS_TEST_TMPDIR/junit.xml"
	xmllint --noout --nonet --schema "$top/tests/schema/junit.xsd" "$BATS_TEST_TMPDIR/junit.xml"
	[ "$(figure tests)" -eq 9 ]
	[ "$(figure failures)" -eq 2 ]
	[ "$(figure skipped)" -eq 2 ]
	for element in testcase:9 failure:2 skipped:2; do
		[ "$(xmllint --xpath "count(//${element%:*})" "$BATS_TEST_TMPDIR/junit.xml")" -eq "${element#*:}" ]
	done
	run -0 xmllint --xpath "string(//testcase[starts-with(@name, '<c>')]/failure)" "$BATS_TEST_TMPDIR/junit.xml"
	[[ $output == *"1 != 2"* ]]
	run -0 xmllint --xpath "string(//testsuite[contains(@name, 'test_crash')]/system-out)" "$BATS_TEST_TMPDIR/junit.xml"
	[[ $output == *"Segmentation ? fault"* ]]
	[ ! -e "$BATS_TEST_TMPDIR/junit.xml.part" ]
}

@test "--junit into a folder that is not there is refused before anything runs" {
	run -2 "$top/tests/run" --unit-dir "$unit" --bats-dir "$suites" --junit "$BATS_TEST_TMPDIR/no/junit.xml"
	[[ $output == *"cannot write --junit"* ]]
}

@test "wrong usage is told in one line" {
	for words in --nosuch '--filter' '--jobs' '--jobs 0' '--jobs two' '--junit' '--filter (' 'word'; do
		# shellcheck disable=SC2086 # words, split as they are meant
		run -2 --separate-stderr "$top/tests/run" $words
		[ -z "$output" ]
		[[ ${stderr_lines[-1]} == "tests/run: "* ]]
	done
	run -0 "$top/tests/run" --help
}

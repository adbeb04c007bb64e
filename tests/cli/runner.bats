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
	unit=$BATS_TEST_TMPDIR/unit/room
	suites=$BATS_TEST_TMPDIR/tests
	junit=$BATS_TEST_TMPDIR/junit.xml
	export TMPDIR=$BATS_TEST_TMPDIR/tmp
	mkdir -p "$unit" "$suites"/{unit/room,cli,vm,vm-long} "$TMPDIR"
	plant test_good 'echo 1..2; echo "ok 1 - a"; echo "ok 2 - b"'
}

teardown() {
	[ -z "$(ls -A "$TMPDIR")" ]
}

# plant NAME BODY: makes a program in the place of a unit test, and a source that stands for it.
plant() {
	: >"$suites/unit/room/$1.c"
	printf '#!/bin/bash\n%s\n' "$2" >"$unit/$1"
	chmod +x "$unit/$1"
}

# plant_bats NAME BODY [FOLDER]: makes a Bats file with one test that has that body.
plant_bats() {
	printf '@test "planted %s" {\n%s\n}\n' "$1" "$2" >"$suites/${3-cli}/$1.bats"
}

run_suites() { "$top/tests/run" --build "$BATS_TEST_TMPDIR" --tests-dir "$suites" "$@"; }

# expect CODE LAST-LINE [OPTION]...: runs the planted suites, and holds the exit code and the last line to these.
expect() {
	local code=$1 last=$2
	shift 2
	run -"$code" run_suites "$@"
	echo "$output"
	[ "${lines[-1]}" = "$last" ]
}

# fails_by TROUBLE BODY: a suite with that body counts as failed, and tests/run says TROUBLE of it.
fails_by() {
	plant test_bad "$2"
	run -1 run_suites
	echo "$output"
	[[ ${lines[-1]} =~ ^[23]\ passed,\ [12]\ failed,\ 0\ skipped$ ]]
	[[ $output == *"test_bad $1"* ]]
}

# has_ended PID: it may still be a zombie, which init has not reaped.
has_ended() { [[ $(ps -o stat= -p "$1") =~ ^(Z.*)?$ ]]; }

# wait_for COMMAND...: waits until COMMAND succeeds, at most ten seconds.
wait_for() {
	for _ in $(seq 100); do
		! "$@" || return 0
		sleep 0.1
	done
	echo "never: $*"
	return 1
}

# For planted suites: waits until a file is there, and not for ever.
until='wait_for() { for _ in $(seq 200); do [ ! -e "$TMPDIR/../$1" ] || return 0; sleep 0.1; done; false; }'

@test "what passes is counted, and its TAP is shown" {
	plant_bats good true
	expect 0 "3 passed, 0 failed, 0 skipped"
	[[ $output == *"ok 1 - a"* ]]
	[[ $output == *"ok 1 planted good"* ]]
	[[ $output != *"# failed, and"* && $output != *"# skipped, and"* ]]
}

@test "a failing test is counted, whatever the exit code, and what was said of it is shown" {
	plant test_bad 'echo 1..2; echo "not ok 1 - a"; echo "# 0x1 != 0x2"; echo "ERROR: heap-use-after-free" >&2; echo "ok 2 - b"'
	plant_bats bad 'echo the reason; false'
	expect 1 "3 passed, 2 failed, 0 skipped"
	[[ $output == *"# 0x1 != 0x2"* ]]
	[[ $output == *"ERROR: heap-use-after-free"* ]]
	[[ $output == *"# the reason"* ]]
}

@test "a suite that crashes, is silent or does not keep to its plan counts as failed" {
	fails_by "showed 1 of 3 results (exit code 139)" 'echo 1..3; echo "ok 1 - a"; kill -SEGV $$'
	fails_by "ended with exit code 139, and no failed test" 'echo 1..1; echo "ok 1 - a"; kill -SEGV $$'
	fails_by "ended with exit code 23, and no failed test" 'echo 1..1; echo "ok 1 - a"; echo "detected memory leaks" >&2; exit 23'
	fails_by "printed no plan (exit code 0)" 'echo "ok 1 - a"'
	fails_by "printed no plan (exit code 0)" 'exit 0'
	fails_by "printed no plan (exit code 127)" 'exec /nonexistent'
	fails_by "showed 2 of 1 results (exit code 0)" 'echo 1..1; echo "ok 1 - a"; echo "ok 2 - b"'
	fails_by "printed what is no TAP: Tests out of sequence" 'echo 1..1; echo "ok 2 - a"'
}

@test "a suite that bails out fails, and the run" {
	plant test_bails 'echo 1..2; echo "Bail out! no more"'
	run -1 run_suites
	[[ $output == *"Further testing stopped: no more"* ]]
}

@test "a suite that hangs is ended with all its processes, and counts as failed" {
	export TEST_TIMEOUT=1
	fails_by "took longer than 1 s and was ended" 'echo 1..1; echo "ok 1 - a"; sleep 600 & echo $! >"$TMPDIR/../left"; exec sleep 600'
	has_ended "$(cat "$BATS_TEST_TMPDIR/left")"
}

@test "a process that a suite leaves behind does not hold the run up" {
	plant test_leaves 'sleep 600 & echo $! >"$TMPDIR/../left"; echo 1..1; echo "ok 1 - a"'
	begun=$SECONDS
	expect 0 "3 passed, 0 failed, 0 skipped"
	[ $((SECONDS - begun)) -lt 60 ]
	kill "$(cat "$BATS_TEST_TMPDIR/left")"
}

@test "a skip of either kind is a skip, and why stands before the last line" {
	plant test_skip 'echo 1..4; echo "ok 1 - a"; echo "# skip: not root"; echo "not ok 2 # SKIP name_of_it"
		echo "not ok 3 # SKIP of_no_reason"; printf "ok 4 # skip as TAP has it"'
	plant_bats skips 'skip "no such tool"'
	expect 0 "3 passed, 0 failed, 4 skipped" --junit "$junit"
	[[ ${lines[-6]} == "# skipped, and why:" ]]
	[[ ${lines[-5]} == "#   "*"test_skip: name_of_it: not root" ]]
	[[ ${lines[-4]} == "#   "*"test_skip: of_no_reason: " ]]
	[[ ${lines[-3]} == "#   "*"test_skip: : as TAP has it" ]]
	[[ ${lines[-2]} == "#   "*"skips.bats: planted skips: no such tool" ]]
	[ "$(xmllint --xpath 'string(//testcase[contains(@name, "name_of_it")]/skipped/@message)' "$junit")" = "not root" ]
}

@test "what failed stands before the last line, with the end of what was said of it" {
	plant test_fail 'echo 1..3; echo "ok 1 - a"; echo "# of a"; echo "not ok 2 - b"; for i in $(seq 20); do echo "# why $i"; done; echo "not ok 3 - c"; exit 2'
	plant_bats fails 'false'
	expect 1 "3 passed, 3 failed, 0 skipped"
	told=$(sed '1,/^# failed, and what was said of it last:$/d' <<<"$output")
	[[ $(head -n 1 <<<"$told") == "#   "*"/unit/room/test_fail: b" ]]
	[ "$(sed -n '2p;13p' <<<"$told")" = $'#     why 9\n#     why 20' ]
	[[ $(sed -n 14p <<<"$told") == "#   "*"/unit/room/test_fail: c" ]]
	[[ $(sed -n 15p <<<"$told") == "#   "*"/cli/fails.bats: planted fails" ]]
	grep -qxF "#     \`false' failed" <<<"$told"
	[[ $told != *"of a"* ]]
}

@test "what two suites say of their failures is told in the suites' order, and never mixed" {
	plant test_early 'echo 1..2; echo "not ok 1 - a"; echo "# first"; touch "$TMPDIR/../begun"; while [ ! -e "$TMPDIR/../other" ]; do sleep 0.1; done
		echo "# second"; echo "not ok 2 - b"; exit 1'
	plant test_late 'echo 1..1; while [ ! -e "$TMPDIR/../begun" ]; do sleep 0.1; done; echo "not ok 1 - c"; echo "# third"; touch "$TMPDIR/../other"; exit 1'
	expect 1 "2 passed, 3 failed, 0 skipped" --jobs 4
	told=$(sed '1,/^# failed, and what was said of it last:$/d; s/^#  *//; s|^.*/||' <<<"$output")
	[ "$told" = $'test_early: a\nfirst\nsecond\ntest_early: b\ntest_late: c\nthird\n2 passed, 3 failed, 0 skipped' ]
}

@test "where nothing passed the run fails" {
	rm "$suites/unit/room/test_good.c"
	expect 1 "0 passed, 0 failed, 0 skipped"
	plant test_skip 'echo 1..1; echo "ok 1 # SKIP"'
	expect 1 "0 passed, 0 failed, 1 skipped"
}

@test "a unit test that is not built fails, and one whose source has gone is not run" {
	plant test_other 'echo 1..1; echo "ok 1 - a"'
	rm "$unit/test_good"
	expect 1 "1 passed, 1 failed, 0 skipped"
	[[ $output == *"/unit/room/test_good is not built (make unit)"* ]]
	rm "$suites/unit/room/test_good.c"
	expect 0 "1 passed, 0 failed, 0 skipped"
}

@test "without --build, make first builds what the filter lets through" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	printf '#!/bin/sh\necho "make: $*"; exit 2\n' >"$BATS_TEST_TMPDIR/bin/make"
	chmod +x "$BATS_TEST_TMPDIR/bin/make"
	PATH=$BATS_TEST_TMPDIR/bin:$PATH run -1 "$top/tests/run" --tests-dir "$suites" --filter test_good
	[[ $output == "make: -s -j"[1-9]*" kit build/unit/room/test_good" ]]
	# A suite that boots VMs takes the program of an L1 host, too.
	plant_bats boots true vm
	KERNEL=5.10 PATH=$BATS_TEST_TMPDIR/bin:$PATH run -1 "$top/tests/run" --tests-dir "$suites" --filter /vm/
	[[ $output == "make: -s -j"[1-9]*" kit host-program KERNEL=5.10" ]]
}

@test "which suites run: --no-vm, --long and --filter" {
	plant test_other 'echo 1..1; echo "ok 1 - a"'
	plant_bats other true
	plant_bats boots true vm
	plant_bats takes_long true vm-long
	expect 0 "5 passed, 0 failed, 0 skipped"
	expect 0 "4 passed, 0 failed, 0 skipped" --no-vm
	expect 0 "6 passed, 0 failed, 0 skipped" --long
	[ "$(grep -cE '^[0-9]+ passed, ' <<<"$output")" -eq 1 ]
	expect 0 "1 passed, 0 failed, 0 skipped" --filter 'unit/room/test_oth'
	expect 0 "2 passed, 0 failed, 0 skipped" --filter 'other'
	expect 1 "0 passed, 0 failed, 0 skipped" --filter 'nosuch'
}

@test "a Bats file that does not parse, and one whose setup fails, count as failed" {
	echo '@test "open {' >"$suites/cli/broken.bats"
	run -1 run_suites
	[[ ${lines[-1]} =~ ^2\ passed,\ [1-9]\ failed ]]
	printf 'setup_file() { false; }\n@test "a" { true; }\n@test "b" { true; }\n' >"$suites/cli/broken.bats"
	run -1 run_suites
	[[ ${lines[-1]} =~ ^2\ passed,\ [1-9]\ failed ]]
}

@test "TERM and Ctrl-C end the suites that run, and leave nothing" {
	for name in test_a test_b; do
		plant "$name" "echo \$\$ >\"\$TMPDIR/../$name\"; echo 1..1; exec sleep 600"
	done
	for signal in TERM:143 INT:130; do
		rm -f "$BATS_TEST_TMPDIR"/test_[ab]
		# What Bash starts in the background would ignore Ctrl-C.
		env --default-signal=INT "$top/tests/run" --jobs 2 --junit "$junit" --build "$BATS_TEST_TMPDIR" --tests-dir "$suites" \
			>/dev/null 3>&- &
		wait_for test -s "$BATS_TEST_TMPDIR/test_a" -a -s "$BATS_TEST_TMPDIR/test_b"
		kill -"${signal%:*}" $!
		rc=0
		wait $! || rc=$?
		[ "$rc" -eq "${signal#*:}" ]
		for name in test_a test_b; do
			has_ended "$(cat "$BATS_TEST_TMPDIR/$name")"
		done
		[ -z "$(ls -A "$TMPDIR")" ]
		[ -z "$(find "$BATS_TEST_TMPDIR" -name 'junit*')" ]
	done
}

@test "a suite is shown while it runs" {
	plant test_slow "$until"'; echo 1..1; echo "# begun"; wait_for go; echo "ok 1 - a"'
	run_suites --jobs 2 --filter slow >"$BATS_TEST_TMPDIR/log" 3>&- &
	wait_for grep '^# begun' "$BATS_TEST_TMPDIR/log"
	! grep '^ok 1' "$BATS_TEST_TMPDIR/log" || return 1
	touch "$BATS_TEST_TMPDIR/go"
	wait $!
}

@test "suites run beside each other, and are shown whole and in order" {
	# Each waits for the other to have begun.
	plant test_a "$until"'; touch "$TMPDIR/../a"; wait_for b; echo 1..1; echo "ok 1 - a"'
	plant test_b "$until"'; echo 1..2; echo "ok 1 - b"; touch "$TMPDIR/../b"; wait_for a; echo "ok 2 - b"'
	expect 0 "5 passed, 0 failed, 0 skipped" --jobs 2
	[ "$(grep '^ok' <<<"$output" | tr '\n' ,)" = "ok 1 - a,ok 1 - b,ok 2 - b,ok 1 - a,ok 2 - b," ]
}

@test "a suite whose runner is killed counts as failed, though it ended well" {
	plant test_kills 'echo 1..1; echo "ok 1 - a"; kill -KILL "$(ps -o ppid= -p "$PPID" | tr -d " ")"'
	expect 1 "3 passed, 1 failed, 0 skipped" --jobs 1
	[[ $output == *"test_kills ended with exit code 137, and no failed test"* ]]
	rm "$TMPDIR"/exitmeter-suite.*
}

# As in a container whose first process is the tests' own command.
@test "the same where the first process reaps nobody" {
	unshare --pid --fork --map-root-user true 2>/dev/null || skip "no PID namespaces here"
	plant test_kills 'echo 1..1; echo "ok 1 - a"; kill -KILL "$(ps -o ppid= -p "$PPID" | tr -d " ")"'
	run -1 timeout 120 unshare --pid --fork --kill-child --mount-proc --map-root-user perl -e 'system(@ARGV); exit $? >> 8' \
		"$top/tests/run" --build "$BATS_TEST_TMPDIR" --tests-dir "$suites" --jobs 1
	echo "$output"
	[ "${lines[-1]}" = "3 passed, 1 failed, 0 skipped" ]
	rm "$TMPDIR"/exitmeter-suite.*
}

# count_of XPATH: prints what the expression finds in the JUnit file.
count_of() { xmllint --xpath "$1" "$junit"; }

@test "--junit writes the same results, valid by the schema, whatever a suite prints" {
	plant test_bad 'echo 1..3; echo "ok 1 - a & b"; echo "not ok 2 - <c> \"d\""
		printf "# 1 != 2 \001\033[31m\377 ]]> &amp; <x>\n"; echo "ok 3 - e # SKIP no <tool>"; exit 1'
	plant test_crash 'printf "1..2\nok 1 - a\nSegmentation \377 fault"; kill -SEGV $$'
	plant test_leak 'echo 1..1; echo "ok 1 - a"; exit 1'
	plant test_silent 'exit 0'
	plant test_skip 'echo 1..1; echo "not ok 1 # SKIP as cmocka has it"'
	plant_bats good true
	expect 1 "6 passed, 4 failed, 2 skipped" --junit "$junit"
	xmllint --noout --nonet --schema "$top/tests/schema/tests.xsd" "$junit"
	# Beside the results, the time before each suite's first and after its last is a test case.
	[ "$(count_of 'count(//testcase[@name != "(init)" and @name != "(teardown)"])')" -eq 12 ]
	[ "$(count_of 'count(//testcase/*[name() = "failure" or name() = "error"])')" -eq 4 ]
	[ "$(count_of 'count(//testcase/skipped)')" -eq 2 ]
	[ "$(count_of 'count(//testsuite[@failures + @errors > 0])')" -eq 4 ]
	[[ $(count_of 'string(//testcase[contains(@name, "<c>")]/failure)') == *"1 != 2"*"<x>"* ]]
	[[ $(count_of 'string(//testsuite[contains(@name, "test_crash")]/system-out)') == *"Segmentation "*" fault"* ]]
	[[ $(count_of 'string(//testsuite[contains(@name, "test_leak")]/testcase/error/@message)') == *"ended with exit code 1, and no failed test"* ]]
	[ ! -e "$junit.part" ]
}

@test "--junit into a folder that is not there is refused before anything runs" {
	run -2 run_suites --junit "$BATS_TEST_TMPDIR/no/junit.xml"
	[[ $output == *"cannot write --junit"* ]]
	[[ $output != *"ok 1"* ]]
}

@test "wrong usage is told in one line" {
	for words in --nosuch '--filter' '--jobs' '--jobs 0' '--jobs two' '--junit' '--filter (' 'word'; do
		# shellcheck disable=SC2086 # words, split as they are meant
		run -2 --separate-stderr "$top/tests/run" $words
		[ -z "$output" ]
		[ "${#stderr_lines[@]}" -eq 1 ]
		[[ ${stderr_lines[0]} == "tests/run: "* ]]
	done
	run -0 "$top/tests/run" --help
}

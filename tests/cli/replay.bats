#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# `exitmeter replay` judges each saved run as its expected.txt says.

setup() {
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	exitmeter=${EXITMETER:-${EXITMETER_BUILD:-$top/build}/exitmeter}
	runs=$top/tests/fixtures/runs
}

# Judges a copy of a saved run and compares exit code and every clause.
judge() {
	cp -r -- "$runs/$1" "$BATS_TEST_TMPDIR/run"
	run "$exitmeter" replay --json "$BATS_TEST_TMPDIR/run"
	{
		echo "exit $status"
		jq -r '.clauses[] | "\(.id) \(.verdict)"' "$BATS_TEST_TMPDIR/run/verdicts.json"
	} > "$BATS_TEST_TMPDIR/got"
	diff -u "$runs/$1/expected.txt" "$BATS_TEST_TMPDIR/got"
}

# got CLAUSE: prints in one line what the clause found. The report breaks it into several.
got() {
	jq -r ".clauses[] | select(.id == \"$1\") | .got" "$BATS_TEST_TMPDIR/run/verdicts.json"
}

report() {
	cat -- "$BATS_TEST_TMPDIR/run/report.txt"
}

@test "a right patch passes" {
	judge pass
	report | grep -q '^verdict: pass'
	[ "$(jq '.points.boot.reasons["0x400"].count' "$BATS_TEST_TMPDIR/run/summary.json")" = 6200 ]
}

@test "a real boot of the cloud guest on emulated SVM passes" {
	judge pass-cloud
	[ "$(jq .host_counters.exits "$BATS_TEST_TMPDIR/run/summary.json")" = 182624 ]
	report | grep -q '^  IOIO  *0x7b  *61,080'
}

@test "a real run of the operations with two vCPUs passes" {
	judge pass-operations
	[ "$(jq '[.operations[] | select(.name == "cpuid").reasons["0x72"].count]' "$BATS_TEST_TMPDIR/run/summary.json" |
		tr -d ' \n')" = '[1000]' ]
}

@test "totals alone, with a register left as it came, pass by the edition that fits, with advice" {
	judge advice-only
	report | grep -q '^Judged by: a2-2020 '
	report | grep -q '^ADVICE  regs-totals: '
	report | grep -q '^  advice regs-totals      The leaves'
	report | grep -q '^verdict: pass (.*, 1 advised; exit code 0)$'
	jq -e '.verdict == "pass" and .edition == "a2-2020" and (.edition_why | test("0x4FFFFFFF tells total exits and total cycles"))' \
		"$BATS_TEST_TMPDIR/run/verdicts.json"
	jq -e '.judged_by.edition == "a2-2020" and .edition == "auto"' "$BATS_TEST_TMPDIR/run/summary.json"
	grep -q '^ok .* - regs-totals: ' "$BATS_TEST_TMPDIR/run/report.tap"
	grep -q 'failures="0"' "$BATS_TEST_TMPDIR/run/junit.xml"
	grep -q 'advice, regs-totals: ' "$BATS_TEST_TMPDIR/run/junit.xml"
}

@test "the same run fails by our own specification, which asks for the leaves of all figures" {
	cp -r -- "$runs/advice-only" "$BATS_TEST_TMPDIR/run"
	run "$exitmeter" replay --edition exitmeter "$BATS_TEST_TMPDIR/run"
	[ "$status" -eq 1 ]
	[[ $(got implemented) == *"0x4FFFFFFE (exits of a reason)"* ]]
}

@test "where no edition fits, nothing is judged that hangs on a layout, and what each leaf tells is said" {
	judge none-fits
	[[ $(got layout) == "0x4FFFFFFF tells total cycles, 0x4FFFFFFE tells total exits, the other leaves nothing that is known: no edition has it so" ]]
	! report | grep -q '^Exits by reason' || return 1
	jq -e '.edition == "none"' "$BATS_TEST_TMPDIR/run/verdicts.json"
	jq -e '.points.boot | has("exits") | not' "$BATS_TEST_TMPDIR/run/summary.json"
}

@test "a real assignment 2 with global counters, edx as it came and a printk for each CPUID that asks passes by its text" {
	judge pass-a2-left
	jq -e '.edition == "a2-2020" and .exit_code == 0 and
		([.clauses[] | select(.id == "cpuid-tool")][0].follows_from == "regs-totals") and
		([.clauses[] | select(.id == "host-log")][0].where |
			test("0x4FFFFFFF is answered at arch/x86/kvm/cpuid.c:[0-9]+; exits are counted at arch/x86/kvm/svm/svm.c:[0-9]+"))' \
		"$BATS_TEST_TMPDIR/run/verdicts.json"
	report | grep -q '^      what follows from it: cpuid-tool$'
	run "$exitmeter" replay --edition exitmeter "$BATS_TEST_TMPDIR/run"
	[ "$status" -eq 1 ]
	[[ $output == *"5 failed, 1 of them as a consequence,"* ]]
}

# Prints the two parts of the report on the scenario: its reasons, and the published figures.
scenario_part() {
	report | sed -n '/^Scenario/,/^$/p; /^Against/,$p'
}

@test "a guest that reboots passes, and its report tells what the reboot cost" {
	judge pass-reboot
	scenario_part | diff -u "$runs/pass-reboot/scenario.golden" -
	jq -e '.scenarios | .reboot.exits == 15328 and .reboot.from == "reboot" and .reboot.to == "boot2"
		and .shutdown.from == "boot2"' "$BATS_TEST_TMPDIR/run/summary.json"
}

@test "the same records as a run of the scenario boot are lost: it has no such points" {
	cp -r -- "$runs/pass-reboot" "$BATS_TEST_TMPDIR/run"
	sed -i 's/"scenario": "reboot"/"scenario": "boot"/' "$BATS_TEST_TMPDIR/run/evidence.json"
	run "$exitmeter" replay "$BATS_TEST_TMPDIR/run"
	[ "$status" -ne 0 ]
	report | grep -q 'reboot torn at line'
	jq -e '.clauses[] | select(.id == "records") | .verdict == "lost"' "$BATS_TEST_TMPDIR/run/verdicts.json"
}

@test "a reboot that never was is no pass, whatever the records say" {
	cp -r -- "$runs/pass-reboot" "$BATS_TEST_TMPDIR/run"
	sed -i 's/"resets": 1/"resets": 0/' "$BATS_TEST_TMPDIR/run/evidence.json"
	run "$exitmeter" replay "$BATS_TEST_TMPDIR/run"
	[ "$status" -eq 3 ]
	[[ $output == *"LOST"*"reboot-carries"* ]]
}

@test "a real boot stands among the published ones, with its caption" {
	judge pass-cloud
	scenario_part | diff -u "$runs/pass-cloud/scenario.golden" -
}

@test "the shutdown of the same run is told when that is its scenario" {
	cp -r -- "$runs/pass-cloud" "$BATS_TEST_TMPDIR/run"
	sed -i 's/"layout"/"scenario": "shutdown", &/' "$BATS_TEST_TMPDIR/run/evidence.json"
	run "$exitmeter" replay "$BATS_TEST_TMPDIR/run"
	[ "$status" -eq 0 ]
	[[ $output == *"Scenario shutdown: from boot complete to the end of shutdown"* ]]
	[[ $output == *"Nobody is known to have published any. This run's is that of"* ]]
}

@test "an unpatched KVM on an AMD-like CPU fails, and is named" {
	judge fail-stock-svm
	report | grep -q 'zeros in all four leaves, as an unpatched KVM'
}

@test "an unpatched KVM on an Intel-like CPU fails, and is named" {
	judge fail-stock-vmx
	report | grep -q 'the data of the highest basic leaf (0x16)'
}

@test "a guest that panicked is lost, with the console's tail" {
	judge panic
	[[ $(got finished) == 'panic: Kernel panic - not syncing: Attempted to kill init!'* ]]
	report | grep -q '| panic: Kernel panic - not syncing: Attempted$'
	report | grep -q '^The end of console.log'
}

@test "records that stop in the middle are lost" {
	judge truncated
	got records | grep -q 'shutdown torn at line [0-9]*: the last line is cut off'
}

@test "garbled records are lost" {
	judge garbled
	report | grep -q 'boot torn at line'
}

@test "a silent guest is lost" {
	judge silent
	report | grep -q 'early missing; boot missing; shutdown missing'
}

@test "records forged on both ports are lost" {
	judge forged
	got records | grep -q "its nonce is not this run's"
}

@test "a host that counted otherwise fails, with wanted and got" {
	cp -r -- "$runs/pass" "$BATS_TEST_TMPDIR/run"
	sed -i 's/^exits \([0-9]*\)$/exits 1\1/' "$BATS_TEST_TMPDIR/run/host-counters.txt"
	run "$exitmeter" replay "$BATS_TEST_TMPDIR/run"
	[ "$status" -eq 1 ]
	[[ ${lines[0]} == "FAILED  host-agrees: "* ]]
	[[ ${lines[1]} == *wanted*"| got" ]]
}

@test "the verdict of a run that timed out is exit code 124" {
	cp -r -- "$runs/truncated" "$BATS_TEST_TMPDIR/run"
	sed -i 's/"hang"/"timeout"/' "$BATS_TEST_TMPDIR/run/evidence.json"
	run "$exitmeter" replay "$BATS_TEST_TMPDIR/run"
	[ "$status" -eq 124 ]
}

@test "the printed report is the one in the folder, without colour" {
	cp -r -- "$runs/pass" "$BATS_TEST_TMPDIR/run"
	"$exitmeter" replay "$BATS_TEST_TMPDIR/run" > "$BATS_TEST_TMPDIR/printed"
	cmp "$BATS_TEST_TMPDIR/printed" "$BATS_TEST_TMPDIR/run/report.txt"
	[ "$(tr -dc '\033' < "$BATS_TEST_TMPDIR/printed" | wc -c)" -eq 0 ]
	run "$exitmeter" replay --color "$BATS_TEST_TMPDIR/run"
	[[ $output == *$'\e[32mpass'* ]]
}

@test "replay leaves no half-made file" {
	cp -r -- "$runs/pass" "$BATS_TEST_TMPDIR/run"
	"$exitmeter" replay "$BATS_TEST_TMPDIR/run" > /dev/null
	[ -z "$(find "$BATS_TEST_TMPDIR/run" -name '*.part')" ]
}

@test "a folder that is no run is a usage error that says so" {
	mkdir "$BATS_TEST_TMPDIR/empty"
	run "$exitmeter" replay "$BATS_TEST_TMPDIR/empty"
	[ "$status" -eq 2 ]
	[[ $output == *"is no run folder: it holds no evidence.json"* ]]
	run "$exitmeter" replay /nonexistent/folder
	[ "$status" -eq 2 ]
	echo '{"outcome":' > "$BATS_TEST_TMPDIR/empty/evidence.json"
	run "$exitmeter" replay "$BATS_TEST_TMPDIR/empty"
	[ "$status" -eq 2 ]
	[[ $output == *"is no run folder: evidence.json is no JSON object"* ]]
}

@test "a sealed folder that has changed since is not judged, and the way out is told" {
	local dir=$BATS_TEST_TMPDIR/run
	cp -r -- "$runs/pass-micro" "$dir"
	(cd "$dir" && sha256sum ./*.log ./*.txt ./*.json | sed 's,\./,,' > SHA256SUMS)
	run "$exitmeter" replay "$dir"
	[ "$status" -eq 0 ]
	cp "$dir/verdicts.json" "$BATS_TEST_TMPDIR/first"
	sed -i 's/"memory_mib": 1024/"memory_mib": 1025/' "$dir/evidence.json"
	run "$exitmeter" replay "$dir"
	[ "$status" -eq 3 ]
	[[ $output == *"$dir is not as the run left it: evidence.json has changed since (to judge it as it is, remove its SHA256SUMS)"* ]]
	rm "$dir/SHA256SUMS"
	run "$exitmeter" replay "$dir"
	[ "$status" -eq 0 ]
	cmp "$dir/verdicts.json" "$BATS_TEST_TMPDIR/first"
}

@test "wrong usage is told, and --help teaches" {
	run "$exitmeter" replay
	[ "$status" -eq 2 ]
	[[ $output == *"want one run folder"* ]]
	run "$exitmeter" replay --nonsense x
	[ "$status" -eq 2 ]
	run "$exitmeter" replay --help
	[ "$status" -eq 0 ]
	[[ $output == *"verdicts.json"* ]]
}

@test "a real run whose counts equal the kernel's own passes" {
	judge pass-micro
	report | grep -q '^  total  *44,229'
}

@test "a real run in which Debian's cpuid tool read the leaves too passes, and one with another figure fails" {
	judge pass-tool
	[ "$(got cpuid-tool)" = "9 answers, 5 of them of what had not moved" ]
	line=$(grep -m 1 ' tool fn=4ffffffd sub=00000020 ' "$BATS_TEST_TMPDIR/run/records.log")
	other=${line/says=00000001/says=00000002}
	other=$(RECORD=${other% ~*} python3 -c 'import os, zlib; r = os.environ["RECORD"]; print(f"{r} ~{zlib.crc32(r.encode()):08x}")')
	[ "$other" != "$line" ]
	sed -i "s/^$line$/$other/" "$BATS_TEST_TMPDIR/run/records.log"
	run "$exitmeter" replay "$BATS_TEST_TMPDIR/run"
	[ "$status" -eq 1 ]
	[ "$(jq -r '[.clauses[] | select(.verdict == "fail") | .id] | join(" ")' "$BATS_TEST_TMPDIR/run/verdicts.json")" = cpuid-tool ]
	[ "$(got cpuid-tool)" = "00000002:00000000:00000000:00000000" ]
}

# spoil FILE SED: changes one of the oracle's files in a copy of the run.
spoil() {
	cp -r -- "$runs/pass-micro" "$BATS_TEST_TMPDIR/run"
	sed -i "$2" "$BATS_TEST_TMPDIR/run/$1"
	run "$exitmeter" replay "$BATS_TEST_TMPDIR/run"
}

verdict() {
	jq -r ".clauses[] | select(.id == \"$1\") | .verdict" "$BATS_TEST_TMPDIR/run/verdicts.json"
}

@test "one exit of one reason more in the kernel's own count fails" {
	spoil host-trace.txt 's/hitcount:       9471$/hitcount:       9472/'
	[ "$status" -eq 1 ]
	[ "$(verdict oracle-trace)" = fail ]
	[[ $output == *"9472 exits of reason 0x72"* ]]
	[[ $output == *"9471 (-1)"* ]]
	[ "$(verdict oracle-stat)" = pass ]
}

@test "a reason that only the kernel counted fails" {
	spoil host-trace.txt 's/exit_reason:         48 }/exit_reason:         49 }/'
	[ "$status" -eq 1 ]
	[ "$(verdict oracle-trace)" = fail ]
}

@test "one exit more in the kernel's total fails, in either count" {
	spoil host-trace.txt 's/Hits: 44229/Hits: 44230/'
	[ "$status" -eq 1 ]
	[ "$(verdict oracle-trace)" = fail ]
	rm -r "$BATS_TEST_TMPDIR/run"
	spoil host-exits.txt 's/44229/44230/'
	[ "$status" -eq 1 ]
	[ "$(verdict oracle-stat)" = fail ]
}

@test "an oracle that dropped, or is cut short or garbled, is lost and no pass" {
	spoil host-trace.txt 's/Dropped: 0/Dropped: 3/'
	[ "$status" -eq 3 ]
	[ "$(verdict oracle-trace)" = lost ]
	for change in '$d' 's/{/(/' 's/Entries: 17/Entries: 18/' 's/hitcount: /hits: /' 's/44229/44229x/'; do
		rm -r "$BATS_TEST_TMPDIR/run"
		spoil host-trace.txt "$change"
		[ "$status" -eq 3 ]
		[ "$(verdict oracle-trace)" = lost ]
	done
}

@test "our own modules' run without the host's side is lost, not passed with a skip" {
	for file in host-counters.txt enabled.txt host-exits.txt; do
		rm -rf "$BATS_TEST_TMPDIR/run"
		cp -r -- "$runs/pass-micro" "$BATS_TEST_TMPDIR/run"
		rm "$BATS_TEST_TMPDIR/run/$file"
		run "$exitmeter" replay "$BATS_TEST_TMPDIR/run"
		[ "$status" -eq 3 ]
	done
}

@test "a real assignment 2 with counters of all VMs passes, and one that misses exits is told how many" {
	judge pass-a2-global
	[ "$(jq -r .edition "$BATS_TEST_TMPDIR/run/verdicts.json")" = a2-2020 ]
	[[ "$(got neighbour)" == *"the counters are of all VMs"* ]]
	# The kernel had counted more by the point boot than what the guest read after it.
	sed -i 's/Hits: .*/Hits: 999999/' "$BATS_TEST_TMPDIR/run/host-trace-boot.txt"
	run "$exitmeter" replay "$BATS_TEST_TMPDIR/run"
	[ "$status" -eq 1 ]
	[[ "$(got oracle-points)" == "total exits "*" at shutdown: "*" too few" ]]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# exitmeter check on this machine: what it finds, what it says about it, and in which form.
#
# shellcheck disable=SC2154 # output, stderr and their lines are run's

bats_require_minimum_version 1.5.0

load ../lib/cli.bash

@test "check on an empty cache names what is missing and how to get it, and makes nothing" {
	run -77 --separate-stderr "$exitmeter" check --cache "$cache" --kit /nonexistent
	[ -z "$stderr" ]
	for piece in "host image (L1)" "guest image (L2)" "patched modules" probe "harness for the L1"; do
		grep -A1 -F "MISS  $piece" <<<"$output" | grep -q -- '-> make '
	done
	[[ $output == *"MiB free at $BATS_TEST_TMPDIR,"* ]]
	[[ $output == *"something is missing for HOST="* ]]
	[ ! -e "$cache" ]
}

@test "check finds what is there" {
	make_pieces
	"$exitmeter" check --cache "$cache" --kit "$kit" --memory 128 >"$BATS_TEST_TMPDIR/said" || [ $? -eq 77 ]
	cat "$BATS_TEST_TMPDIR/said"
	for piece in qemu-img "host image (L1)" "guest image (L2)" "patched modules" probe "harness for the L1"; do
		grep -qF "ok    $piece" "$BATS_TEST_TMPDIR/said"
	done
	# How much memory and space this machine has, and whether this user is root or has sudo, is its own matter.
	run ! grep -vE 'MISS  (memory|space|root or sudo)' <(grep MISS "$BATS_TEST_TMPDIR/said")
}

@test "check names each missing tool" {
	need_root "mke2fs cannot be hidden"
	make_pieces
	for host in emulated-svm:qemu-img emulated-vmx:mke2fs native:cloud-localds; do
		run -77 "$(without_tool "${host#*:}" "$exitmeter")" check --host ${host%:*} --cache "$cache" --kit "$kit"
		grep -A1 -E "^MISS  ${host#*:} +not installed" <<<"$output" | grep -q -- '-> ci/install-deps'
		[[ $output =~ "  ${host%:*} "+\ "lacks "[^$'\n']*${host#*:} ]]
	done
}

@test "check has the facts of this machine, as the system tells them" {
	run "$exitmeter" check --cache "$cache"
	grep -qE "^ok    kernel +$(uname -r)$" <<<"$output"
	grep -qE "^ok    cores +$(nproc --all)" <<<"$output"
	grep -qF "$(sed -n 's/^model name[[:space:]]*: *//p' /proc/cpuinfo | head -n 1)" <<<"$output"
	for host in emulated-svm emulated-vmx nested native; do
		grep -qE "^  $host +(can run|lacks )" <<<"$output"
	done
}

@test "check --json keeps its documented form, says the same, and is done in two seconds" {
	begun=$(date +%s%N)
	run "$exitmeter" check --json --cache "$cache"
	[ $(($(date +%s%N) - begun)) -lt 2000000000 ]
	[ "$status" -eq 77 ]
	echo "$output" >"$BATS_TEST_TMPDIR/doctor.json"
	jq -e '.can_run == false and .auto == .host' "$BATS_TEST_TMPDIR/doctor.json"
	# What a host lacks are exactly the missing facts that it needs.
	jq -e '. as $d | all(.hosts[]; .name as $n | .lacks == [$d.facts[] | select((.ok | not) and (.needed_by | index($n))) | .id])' \
		"$BATS_TEST_TMPDIR/doctor.json"
	[ "$(jq '[.facts[] | select(.ok) | .remedy] | unique' "$BATS_TEST_TMPDIR/doctor.json" | tr -d ' \n')" = "[null]" ]
	"$top/tests/schema/validate" "$BATS_TEST_TMPDIR/doctor.json"
	run -0 "$exitmeter" check --json --host native --cache "$cache" --help
	[[ $output == *doctor.schema.json* ]]
}

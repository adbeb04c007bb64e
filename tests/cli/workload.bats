#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# What `exitmeter run --workload` refuses before anything is made.
#
# shellcheck disable=SC2154 # output, stderr and their lines are run's

bats_require_minimum_version 1.5.0

load ../lib/cli.bash

# given WORDS OPTION...: a run with these options is refused as wrong usage, with WORDS.
given() { refused 2 "$1" "$exitmeter" run --cache "$cache" --out "$out" --host emulated-svm "${@:2}"; }

@test "a workload that is not there, or that the guest cannot execute, is refused" {
	given 'No such file' --workload "$BATS_TEST_TMPDIR/none"
	echo words >"$BATS_TEST_TMPDIR/words"
	given 'words' --workload "$BATS_TEST_TMPDIR/words"
	truncate -s 5M "$BATS_TEST_TMPDIR/large"
	given 'large' --workload "$BATS_TEST_TMPDIR/large"
	[ ! -e "$out" ]
}

@test "the micro guest, which has no shell, takes no script" {
	printf '#!/bin/sh\n' >"$BATS_TEST_TMPDIR/script"
	given 'the micro guest has no shell' --guest micro --workload "$BATS_TEST_TMPDIR/script"
}

@test "a workload is a scenario of its own" {
	given 'leave out --scenario reboot' --scenario reboot --workload /bin/true
	given '--scenario workload needs --workload FILE' --scenario workload
}

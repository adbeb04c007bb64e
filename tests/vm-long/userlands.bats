#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# What ci/packages lists is enough: from a userland with nothing but apt, the packages are installed, everything is
# compiled with that distribution's gcc and clang, and `make check` passes.

setup() {
	ROOM=$(mktemp -d "${TMPDIR:-/var/tmp}/exitmeter-userland.XXXXXX")
	unset MAKEFLAGS MAKEOVERRIDES MFLAGS MAKELEVEL JUNIT
}

teardown() { rm -rf --one-file-system "$ROOM"; }

# passes_on ORIGIN SUITE
passes_on() {
	local code=0
	"$BATS_TEST_DIRNAME/../lib/userland" "$1" "$2" "$ROOM" "$BATS_TEST_DIRNAME/../.." >"$ROOM/log" 2>&1 3>&- || code=$?
	[ "$code" -ne 77 ] || skip "$(tail -n 1 "$ROOM/log")"
	grep -E '^userland: |^(gcc|.*clang version) ' "$ROOM/log"
	sed -n '/^# \(failed\|skipped\), /,$p' "$ROOM/log"
	[ "$code" -eq 0 ] || tail -n 40 "$ROOM/log"
	[ "$code" -eq 0 ]
	grep -E '^[0-9]+ passed, ' "$ROOM/log" | sed 's/^/# /' >&3
	[[ $(grep -E '^[0-9]+ passed, ' "$ROOM/log") =~ ^[1-9][0-9]{2,}\ passed,\ 0\ failed, ]]
}

@test "an empty Debian 13 gets what it lacks, compiles everything with gcc and clang, and passes make check" {
	passes_on Debian trixie
}

@test "an empty Ubuntu 26.04 gets what it lacks, compiles everything with gcc and clang, and passes make check" {
	passes_on Ubuntu resolute
}

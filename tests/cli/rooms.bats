#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The rule which room of harness/ may include which: lint-rooms names whatever breaks it.

setup() {
	cp -r "$BATS_TEST_DIRNAME/../../harness" "$BATS_TEST_TMPDIR/"
	lint=$BATS_TEST_TMPDIR/harness/lint-rooms
	rooms=$BATS_TEST_TMPDIR/harness
}

@test "the sources keep the rule" {
	run "$lint"
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "an include that the rule forbids is named, with its line and the rule" {
	echo '#include "vm/domain.h"' >>"$rooms/judge/judge.c"
	run "$lint"
	[ "$status" -eq 1 ]
	[ "$output" = "harness/judge/judge.c:$(wc -l <"$rooms/judge/judge.c"): #include \"vm/domain.h\": judge/ may not include it" ]
}

@test "of the probe, others may include three headers and no more" {
	echo '#include "probe/probe.h"' >>"$rooms/evidence/console.c"
	run "$lint"
	[ "$status" -eq 1 ]
	[[ $output == *"probe/probe.h"*"evidence/ may not include it"* ]]
}

@test "a header without its room, and a room without a rule, are named" {
	echo '#include "error.h"' >>"$rooms/base/file.c"
	mkdir "$rooms/attic"
	echo 'int x;' >"$rooms/attic/old.c"
	run "$lint"
	[ "$status" -eq 1 ]
	[[ $output == *'#include "error.h": name the room of the header'* ]]
	[[ $output == *"attic/old.c: no rule names its room"* ]]
}

@test "a circle is named, also one that closes through a .c" {
	echo '#include "base/template.h"' >>"$rooms/base/error.c"
	run "$lint"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"in a circle"* ]]
	[[ $output == *base/error* ]]
	[[ $output == *base/template* ]]
}

@test "where there is no source to check, the lint fails" {
	find "$rooms" -name '*.[ch]' -delete
	run "$lint"
	[ "$status" -eq 2 ]
	[[ $output == *"no source in any room"* ]]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# What tests take for left over by a run, and end: nothing of a run that goes on elsewhere on the machine.

setup() {
	# shellcheck source=SCRIPTDIR/../lib/leftovers.bash
	. "$BATS_TEST_DIRNAME/../lib/leftovers.bash"
	name=$(printf 'x%05d' "$$")
	name=/tmp/exitmeter-${name: -6}/qemu
	[ ! -e "${name%/*}" ]
	sleeper=
}

# unshare takes no SIGTERM, and its child dies with it.
teardown() { [ -z "$sleeper" ] || kill -KILL "$sleeper" 2>/dev/null || true; }

# Other runs of this machine may have left something. No other program is to have the name on its command line.
ours() {
	local line
	leftovers "$BATS_TEST_TMPDIR" | while read -r line; do
		[[ $line != *"$name"* ]] || echo "$line"
	done
}

@test "a process of a run whose folder is gone is found, and ended" {
	bash -c "exec -a '$name' sleep 300" 3>&- &
	sleeper=$!
	until [[ $(tr '\0' ' ' <"/proc/$sleeper/cmdline") == "$name "* ]]; do sleep 0.1; done
	[ "$(ours)" = "process: $sleeper $name 300" ]
	kill_leftovers "$BATS_TEST_TMPDIR"
	code=0
	wait "$sleeper" || code=$?
	[ "$code" -eq 137 ]
	sleeper=
}

@test "a process of a run in a container is none of ours" {
	unshare --pid --fork true 2>/dev/null || skip "this user may make no PID namespace"
	# shellcheck disable=SC2016 # the inner shell's
	NAME=$name unshare --pid --fork --kill-child bash -c 'exec -a "$NAME" sleep 300' 3>&- &
	sleeper=$!
	until child=$(pgrep -P "$sleeper" -x sleep); do sleep 0.1; done
	[[ $(tr '\0' ' ' <"/proc/$child/cmdline") == "$name "* ]]
	[ -z "$(ours)" ]
}

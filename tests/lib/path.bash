# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash

# path_without TOOL...: a PATH with all that this one has, but these.
path_without() {
	local dir tool bin=$BATS_TEST_TMPDIR/commands
	mkdir -p "$bin"
	for dir in /usr/sbin /usr/bin /sbin /bin; do
		ln -sf "$dir"/* "$bin"
	done
	for tool; do rm "$bin/$tool"; done
	echo "$bin"
}

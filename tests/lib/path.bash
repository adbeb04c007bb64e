# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash

# path_without TOOL...: prints a PATH with every command of this machine but these.
path_without() {
	local dir tool bin=$BATS_TEST_TMPDIR/commands
	mkdir -p "$bin"
	for dir in /usr/sbin /usr/bin /sbin /bin; do
		ln -sf "$dir"/* "$bin"
	done
	for tool; do rm "$bin/$tool"; done
	echo "$bin"
}

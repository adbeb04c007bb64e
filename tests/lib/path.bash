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

# without_tool TOOL PROGRAM: prints a script that runs PROGRAM where no folder of programs has TOOL. The program adds
# the folders that a user's PATH lacks, so a PATH alone hides nothing that is in these. Only root can do this.
without_tool() {
	local script=$BATS_TEST_TMPDIR/without-$1
	cat >"$script" <<-END
	#!/bin/bash -p
	exec unshare --mount bash -pc 'for dir in /usr/sbin /usr/bin /usr/local/sbin /usr/local/bin; do
		[ -e "\$dir/$1" ] || continue
		rm -rf "$script-folder"
		cp -a "\$dir" "$script-folder" && rm "$script-folder/$1" && mount --bind "$script-folder" "\$dir" || exit
	done
	exec "$2" "\$@"' - "\$@"
	END
	chmod 755 "$script"
	echo "$script"
}

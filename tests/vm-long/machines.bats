#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The result of `make check` does not depend on the machine. It runs here as on other machines: in mount namespaces,
# as another user, and always in a clone whose path has a space.
#
# shellcheck disable=SC2016 # the inner shells expand their own variables

setup_file() {
	[ "$(id -u)" -eq 0 ] || skip "not root: no device can be hidden, and no user changed"
	MACHINES=$(mktemp -d "${TMPDIR:-/tmp}/exitmeter-machines.XXXXXX")
	CLONE="$MACHINES/a clone"
	export MACHINES CLONE
	chmod 755 "$MACHINES"
	mkdir "$MACHINES"/{home,tmp,dev}
	git clone -q "$BATS_TEST_DIRNAME/../.." "$CLONE"
	# The tests call make as from a user's shell, and not with what the make around them was told.
	unset MAKEFLAGS MAKEOVERRIDES MFLAGS MAKELEVEL CACHE JUNIT JOBS
	export HOME=$MACHINES/home TMPDIR=$MACHINES/tmp
	(umask 077 && make -s -C "$CLONE" -j2 kit unit >&3 2>&3)
}

teardown_file() {
	[ -z "${MACHINES-}" ] || rm -rf "$MACHINES"
}

# owned_by USER: gives the clone, its TMPDIR and its HOME to that user.
owned_by() { chown -R "$1": "$CLONE" "$MACHINES"/{home,tmp}; }

# as_user COMMAND...: with the PATH that Debian gives to ordinary users.
as_user() { setpriv --reuid=nobody --regid=nogroup --clear-groups env PATH=/usr/local/bin:/usr/bin:/bin "$@"; }

# without_kvm COMMAND...: runs COMMAND where /dev has all but kvm.
without_kvm() {
	unshare --mount bash -euc '
		mount -t tmpfs -o mode=755 none "$MACHINES/dev"
		for node in /dev/*; do
			if [ -d "$node" ] && [ ! -L "$node" ]; then
				mkdir "$MACHINES/$node"
				mount --rbind "$node" "$MACHINES/$node"
			elif [ "$node" != /dev/kvm ]; then
				cp -a "$node" "$MACHINES/$node"
			fi
		done
		mount --rbind "$MACHINES/dev" /dev
		[ ! -e /dev/kvm ]
		exec "$@"' bash "$@"
}

as_user_without_kvm() {
	without_kvm setpriv --reuid=nobody --regid=nogroup --clear-groups env PATH=/usr/local/bin:/usr/bin:/bin "$@"
}

# with_little_room COMMAND...: runs COMMAND with 64 MiB in TMPDIR, and with a umask that gives nothing to others.
with_little_room() {
	unshare --mount bash -euc 'mount -t tmpfs -o size=64m none "$TMPDIR"; umask 077; exec "$@"' bash "$@"
}

# passes COMMAND...: `make check` passes in the clone when COMMAND runs it. Shows what failed and what was skipped.
passes() {
	local rc=0
	"$@" make -s --no-print-directory -C "$CLONE" check >"$MACHINES/log" 2>&1 3>&- || rc=$?
	grep '^# .* MiB free' "$MACHINES/log" || true
	sed -n '/^# \(failed\|skipped\), /,$p' "$MACHINES/log"
	[ "$rc" -eq 0 ] || tail -n 5 "$MACHINES/log"
	[ "$rc" -eq 0 ]
	[[ $(tail -n 1 "$MACHINES/log") =~ ^[1-9][0-9]{2,}\ passed,\ 0\ failed, ]]
	[ -z "$(ls -A "$TMPDIR")" ]
}

@test "make check as root, with this machine's /dev" {
	owned_by root
	passes env
}

@test "make check as root, without /dev/kvm" {
	owned_by root
	passes without_kvm
}

@test "make check as an ordinary user, with this machine's /dev" {
	owned_by nobody
	passes as_user
}

@test "make check as an ordinary user, without /dev/kvm" {
	owned_by nobody
	passes as_user_without_kvm
}

@test "make check with little room in TMPDIR, and with umask 077" {
	owned_by root
	passes with_little_room
}

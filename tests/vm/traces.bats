#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The finished images hold nothing of the machine on which they were made. Nothing is booted.

setup_file() {
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	# shellcheck source=SCRIPTDIR/../../images/cache-place.bash
	. "$top/images/cache-place.bash"
	host=$CACHE/images/host-bookworm/root.img guest=$BATS_FILE_TMPDIR/guest.raw
	export top host guest
	# shellcheck disable=SC2031 # bats' own
	PATH=$PATH:/usr/sbin:/sbin
	qemu-img convert -O raw "$CACHE/images/guest-bookworm/disk.qcow2" "$guest"
	# Partition 1, which build-guest puts behind the two small ones.
	root_at=$(sfdisk --json "$guest" | jq '.partitiontable.partitions | max_by(.size).start')
	dd if="$guest" of="$BATS_FILE_TMPDIR/root.raw" bs=512 skip="$root_at" conv=sparse status=none
}

# Prints what tells of this machine: its name and its user's, if they are long enough to be nobody else's, name servers,
# proxies, and mirrors other than Debian's own.
list_traces() {
	printf '%s\n' "$(uname -n)" "${SUDO_USER-}" "${USER-}" | grep -E '^.{7,}$' | grep -vxE 'localhost|exitmeter.*|(debian|ubuntu).*' || true
	sed -n 's/^nameserver //p' /etc/resolv.conf | grep -v '^127\.' || true
	apt-config dump 2>/dev/null | sed -nE 's|^Acquire::https?::Proxy[^ ]* "(https?://)?([^/"]{6,}).*|\2|p'
	apt-get update --print-uris 2>/dev/null | sed -nE "s,^'[a-z+]+://([^/']+)/.*,\1,p" | grep -v '^deb\.debian\.org$' | sort -u || true
}

# file_in IMAGE PATH: prints a file of the image.
file_in() { PATH=$PATH:/usr/sbin:/sbin debugfs -R "cat $2" "$1" 2>/dev/null; }

@test "no name server, proxy or mirror of this machine is in an image" {
	list_traces >"$BATS_TEST_TMPDIR/traces"
	[ -s "$BATS_TEST_TMPDIR/traces" ] || skip "this machine has none that could be told from Debian's own"
	for image in "$host" "$guest"; do
		! grep -a -o -F -f "$BATS_TEST_TMPDIR/traces" "$image" | sort | uniq -c | grep . || return 1
	done
}

@test "apt in the images names no mirror, and the machine's name is ours" {
	for image in "$host" "$BATS_FILE_TMPDIR/root.raw"; do
		[ -z "$(file_in "$image" /etc/resolv.conf)" ]
		[ -z "$(file_in "$image" /etc/apt/apt.conf.d/99mmdebstrap)" ]
		[ -z "$(file_in "$image" /etc/apt/sources.list)" ]
		[[ $(file_in "$image" /etc/hostname) == exitmeter* ]]
	done
}

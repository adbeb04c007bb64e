# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Where programs work on a stranger's files: as nobody, in a root of their own, without network or rights, and with
# limits on time, memory and files.  The script that sources this has sourced images/lib.sh, and sets WORK.
# shellcheck disable=SC2154 # WORK and TREE are the caller's

NOBODY=65534
SANDBOX_SECONDS=120	# of a program that only reads
FETCH_MIB=1024		# of a file that a clone makes

# sandboxed ROOT FOLDER INPUT COMMAND...: COMMAND with ROOT as its /.  FOLDER is /mnt there and can be written, as /tmp
# can; INPUT is /srv, to be read.  These are taken from the environment: SANDBOX_BINDS (folders of this machine that are
# in ROOT too, to be read), SANDBOX_NET=1 (it has the network), SANDBOX_LIMIT (seconds), SANDBOX_FILE_MIB.
sandboxed() {
	local root=$1 folder=$2 input=$3 space=(--mount --ipc --uts)
	shift 3
	[ -n "${SANDBOX_NET-}" ] || space+=(--net)
	# shellcheck disable=SC2016 # expanded by the inner shell
	run unshare "${space[@]}" sh -euc '
		root=$1 folder=$2 input=$3 nobody=$4 seconds=$5 mib=$6 binds=$7
		shift 7
		for place in $binds; do
			mount --bind "$place" "$root$place"
			mount -o remount,bind,ro "$root$place"
		done
		mount --bind "$folder" "$root/mnt"
		mount --bind "$input" "$root/srv"
		mount -o remount,bind,ro "$root/srv"
		mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
		mount -t tmpfs -o size=1g,mode=1777,nosuid,nodev tmpfs "$root/tmp"
		mount -t tmpfs -o size=1m,mode=755,nosuid tmpfs "$root/dev"
		for device in null zero full random urandom; do
			: >"$root/dev/$device"
			mount --bind "/dev/$device" "$root/dev/$device"
		done
		exec timeout --kill-after=10 "$seconds" chroot "$root" setpriv --reuid="$nobody" --regid="$nobody" --clear-groups \
			--inh-caps=-all --bounding-set=-all --no-new-privs \
			prlimit --as=8589934592 --fsize=$((mib << 20)) --nproc=1024 --core=0 --nofile=1024 \
			/usr/bin/env -i PATH=/usr/bin:/bin LC_ALL=C HOME=/tmp sh -c "cd /mnt && exec \"\$@\"" sh "$@"
	' sh "$root" "$folder" "$input" $NOBODY "${SANDBOX_LIMIT:-$SANDBOX_SECONDS}" "${SANDBOX_FILE_MIB:-256}" "${SANDBOX_BINDS-}" "$@"
}

# Makes a root that has this machine's programs and nothing else of it.
make_bare_root() {
	local root=$WORK/root name
	[ ! -d "$root" ] || return 0
	mkdir -p -- "$root"/{usr,etc/ssl,mnt,srv,proc,tmp,dev}
	for name in bin sbin lib lib32 lib64 libx32; do
		[ ! -e "/$name" ] || [ -L "/$name" ] || die 77 "/$name is no link to /usr/$name: this needs a Debian 12, an Ubuntu 22.04 or later"
		[ ! -L "/$name" ] || cp -P -- "/$name" "$root/"
	done
	for name in hosts nsswitch.conf resolv.conf ld.so.cache gai.conf; do
		[ ! -f "/etc/$name" ] || cp -L -- "/etc/$name" "$root/etc/"
	done
	echo "nobody:x:$NOBODY:$NOBODY::/tmp:/bin/false" >"$root/etc/passwd"
}

# confined FOLDER INPUT COMMAND...: a program of this machine, which sees nothing of it but its /usr.
confined() {
	local binds=/usr
	make_bare_root
	[ ! -d /etc/ssl ] || binds+=" /etc/ssl"
	SANDBOX_BINDS=$binds sandboxed "$WORK/root" "$@"
}

# in_sandbox FOLDER INPUT COMMAND...: a program of the build tree, which sees nothing but that.
in_sandbox() { SANDBOX_LIMIT=$BUILD_SECONDS sandboxed "$TREE" "$@"; }

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Where programs work on a stranger's files: as nobody, in a root of their own, without network or rights, and with
# limits on time, memory and files.  The script that sources this has sourced images/lib.sh, and sets WORK.
# shellcheck disable=SC2154 # WORK and TREE are the caller's

NOBODY=65534
SANDBOX_SECONDS=120	# of a program that only reads
ROOM_MIB=512		# of all that a build has and makes; KVM's objects are 25
FETCH_MIB=1024		# of a file that a clone makes

# sandboxed ROOT FOLDER INPUT COMMAND...: COMMAND with ROOT as its /.  FOLDER is /mnt there and can be written, as /tmp
# can; INPUT is /srv, to be read.  These are taken from the environment: SANDBOX_BINDS (folders of this machine that are
# in ROOT too, to be read), SANDBOX_NET=1 (it has the network), SANDBOX_LIMIT (seconds), SANDBOX_FILE_MIB, and
# SANDBOX_KEEP: a folder that is empty and nobody's. With that FOLDER is copied to a file system in memory of
# SANDBOX_ROOM_MIB, which cannot be filled beyond it, and what is there in the end goes to SANDBOX_KEEP.
sandboxed() {
	local root=$1 folder=$2 input=$3 space=(--mount --ipc --uts)
	shift 3
	[ -n "${SANDBOX_NET-}" ] || space+=(--net)
	# shellcheck disable=SC2016 # expanded by the inner shell
	run unshare "${space[@]}" sh -euc '
		root=$1 folder=$2 input=$3 nobody=$4 seconds=$5 mib=$6 binds=$7 keep=$8 room=$9
		shift 9
		as_nobody() {
			local seconds=$1
			shift
			timeout --kill-after=10 "$seconds" chroot "$root" setpriv --reuid="$nobody" --regid="$nobody" --clear-groups \
				--inh-caps=-all --bounding-set=-all --no-new-privs \
				prlimit --as=8589934592 --fsize=$((mib << 20)) --nproc=1024 --core=0 --nofile=1024 \
				/usr/bin/env -i PATH=/usr/bin:/bin LC_ALL=C HOME=/tmp sh -c "cd /mnt && exec \"\$@\"" sh "$@"
		}
		for place in $binds; do
			mount --bind "$place" "$root$place"
			mount -o remount,bind,ro "$root$place"
		done
		if [ -n "$keep" ]; then
			mount -t tmpfs -o "size=${room}m,nr_inodes=100k,mode=700,uid=$nobody,gid=$nobody,nosuid,nodev" tmpfs "$root/mnt"
			cp -a -- "$folder/." "$root/mnt/"
		else
			mount --bind "$folder" "$root/mnt"
		fi
		mount --bind "$input" "$root/srv"
		mount -o remount,bind,ro "$root/srv"
		mount -t proc -o nosuid,nodev,noexec proc "$root/proc"
		mount -t tmpfs -o size=1g,mode=1777,nosuid,nodev tmpfs "$root/tmp"
		mount -t tmpfs -o size=1m,mode=755,nosuid tmpfs "$root/dev"
		for device in null zero full random urandom; do
			: >"$root/dev/$device"
			mount --bind "/dev/$device" "$root/dev/$device"
		done
		code=0
		as_nobody "$seconds" "$@" || code=$?
		[ -n "$keep" ] || exit "$code"
		# What is left running might still change it, and ends: all processes of a namespace, of which this one is the first.
		[ $$ -eq 1 ] || exit "$code"
		tries=1000
		while kill -s KILL -- -1 2>/dev/null; do
			tries=$((tries - 1))
			[ $tries -gt 0 ] || exit "$code"
			sleep 0.005
		done
		# What is nearly full already leaves no room to the next build.
		[ "$(df -m --output=used -- "$root/mnt" | tail -n 1)" -le $((room / 2)) ] || exit "$code"
		mount --bind "$keep" "$root/srv"
		as_nobody 120 cp -a -- /mnt/. /srv/ || exit "$code"
		: >"$keep.whole"
		exit "$code"
	' sh "$root" "$folder" "$input" $NOBODY "${SANDBOX_LIMIT:-$SANDBOX_SECONDS}" "${SANDBOX_FILE_MIB:-256}" "${SANDBOX_BINDS-}" \
		"${SANDBOX_KEEP-}" "${SANDBOX_ROOM_MIB:-$ROOM_MIB}" "$@"
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

# in_room FOLDER INPUT COMMAND...: the same as in_sandbox for a stranger's program, which cannot fill the disk. FOLDER is
# exchanged for what it has made of it; where that is more than half of the room, or cannot be had whole, FOLDER is gone.
in_room() {
	local folder=$1 code=0 keep=$1.kept
	remove_tree "$keep" "$keep.whole"
	mkdir -m 700 -- "$keep"
	chown $NOBODY:$NOBODY -- "$keep"
	SANDBOX_KEEP=$keep in_sandbox "$@" || code=$?
	remove_tree "$folder"
	[ ! -e "$keep.whole" ] || mv -T -- "$keep" "$folder"
	remove_tree "$keep" "$keep.whole"
	return "$code"
}

# in_sandbox FOLDER INPUT COMMAND...: a program of the build tree, which sees nothing but that.
in_sandbox() { SANDBOX_LIMIT=$BUILD_SECONDS sandboxed "$TREE" "$@"; }

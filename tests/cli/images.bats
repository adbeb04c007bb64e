#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The image builders. Fakes stand for all that takes time; there is no VM and no network.

load ../lib/root.bash

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	TMP=$BATS_TEST_TMPDIR
	FAKES=$TMP/fakes
	OUT=$TMP/cache/images/out
	mkdir -p "$FAKES" "$TMP/tree/boot" "$TMP/tree/lib/modules/6.1.0-fake"
	: >"$TMP/tree/boot/vmlinuz-6.1.0-fake"
	: >"$TMP/tree/lib/modules/6.1.0-fake/modules.dep"
	touch "$TMP/tree/lib/modules/6.1.0-fake"/modules.{order,builtin,builtin.modinfo}
	# A builder that does not need root works in TMPDIR.
	export TMPDIR=$TMP PATH=$FAKES:$PATH MIRROR=http://mirror.invalid/debian
}

# fake NAME: makes a command on PATH, whose body is standard input.
fake() {
	{ echo '#!/bin/bash'; cat; } >"$FAKES/$1"
	chmod 755 "$FAKES/$1"
}

# Fakes an mmdebstrap that finds out which folder it is asked for (MIRROR is one word), and then does what is given.
fake_mmdebstrap() {
	fake mmdebstrap <<-END
	target=\${@: -2:1}
	mkdir -p "\$target"
	echo half >"\$target/half"
	$1
	END
}

assert_nothing_left() {
	[ ! -e "$OUT" ]
	[ -z "$(find "$TMP" -path "$FAKES" -prune -o \( -name '*.tmp.*' -o -name 'exitmeter-*' -o -name half \) -print)" ]
}

# No process has our temporary folder on its command line or as its working folder.
assert_no_process() {
	local pid
	for pid in /proc/[0-9]*; do
		if tr '\0' ' ' 2>/dev/null <"$pid/cmdline" | grep -q -F "$OUT"; then
			echo "still there: $(tr '\0' ' ' <"$pid/cmdline")"
			return 1
		fi
	done
}

wait_until() {
	local i
	for ((i = 0; i < 100; i++)); do
		if "$@"; then return 0; fi
		sleep 0.05
	done
	return 1
}

has_half() { [ -n "$(find "$TMP" -name half)" ]; }

# Starts a builder in the background, and waits until it has a half-made tree; sets PID to its process.
start_builder() {
	setsid --wait env --default-signal=INT images/build-guest "$OUT" 2>"$TMP/log" 3>&- &
	JOB=$!
	wait_until has_half
	PID=$(pgrep -f "images/build-guest $OUT" | while read -r pid; do
		[ "$(cat "/proc/$pid/comm")" != build-guest ] || echo "$pid"; done | head -n 1)
	[ -n "$PID" ]
}

@test "each builder explains itself with --help" {
	for builder in build-guest build-host; do
		run images/$builder --help
		[ "$status" -eq 0 ]
		[[ $output == "usage: $builder "*OUTDIR* ]]
	done
}

@test "bad arguments exit 2 and name the argument" {
	run images/build-guest
	[ "$status" -eq 2 ]
	[[ $output == *"OUTDIR is missing"* ]]
	run images/build-guest --nonsense "$OUT"
	[ "$status" -eq 2 ]
	[[ $output == *--nonsense* ]]
	run images/build-guest --tree "$TMP/tree" "$OUT"
	[ "$status" -eq 2 ]
	[[ $output == *"unknown option --tree"* ]]
	run images/build-guest --suite
	[ "$status" -eq 2 ]
	[[ $output == *"--suite needs a value"* ]]
	run images/build-guest --suite '../../etc' "$OUT"
	[ "$status" -eq 2 ]
	[[ $output == *"not the name of a suite"* ]]
	run images/build-guest "$OUT" "$OUT"
	[ "$status" -eq 2 ]
	[[ $output == *"one OUTDIR only"* ]]
	run images/build-guest ""
	[ "$status" -eq 2 ]
	[[ $output == *"OUTDIR is empty"* ]]
	run images/build-guest '~/out'
	[ "$status" -eq 2 ]
	[[ $output == *"OUTDIR ~/out begins with ~"* ]]
	run images/build-host --tree '~/tree' "$OUT"
	[ "$status" -eq 2 ]
	[[ $output == *"--tree ~/tree begins with ~"* ]]
	[ ! -e '~' ]
	[ ! -e "$OUT" ]
}

@test "build-host says what is wrong with its tree" {
	need_root "a builder enters the tree that it makes"
	run images/build-host "$OUT"
	[ "$status" -eq 2 ]
	[[ $output == *"--tree is missing"* ]]
	run images/build-host --tree "$TMP/nowhere" "$OUT"
	[ "$status" -eq 2 ]
	[[ $output == *"no such folder"*"build-tree"* ]]
	rm "$TMP"/tree/boot/*
	run images/build-host --tree "$TMP/tree" "$OUT"
	[ "$status" -eq 2 ]
	[[ $output == *"expected one kernel"* ]]
}

@test "an OUTDIR that cannot be made is a clear message" {
	need_root "a builder enters the tree that it makes"
	: >"$TMP/file"
	run images/build-guest "$TMP/file/out"
	[ "$status" -eq 2 ]
	[[ $output == *"cannot make"*CACHE=* ]]
	mkdir -p "${OUT%/*}"
	: >"$OUT"
	run images/build-guest "$OUT"
	[ "$status" -eq 2 ]
	[[ $output == *"is no folder"* ]]
}

@test "a missing tool exits 77 and names it" {
	need_root "a builder enters the tree that it makes"
	mkdir "$TMP/bin"
	for tool in bash dirname basename realpath id cat; do ln -s "$(command -v $tool)" "$TMP/bin/"; done
	sed 's,:/usr/sbin:/sbin,,' images/lib.sh >"$TMP/lib.sh"
	cp images/{build-guest,ext4.bash,packages.bash} "$TMP"
	PATH=$TMP/bin run "$TMP/build-guest" "$OUT"
	[ "$status" -eq 77 ]
	[[ $output == *mmdebstrap*ci/install-deps* ]]
}

@test "no space is found before anything is fetched" {
	fake_mmdebstrap 'touch "$TMPDIR/../fetched"'
	mkdir -p "$TMP/small"
	unshare --mount --map-root-user true 2>/dev/null || skip "no mount namespaces here"
	run unshare --mount --map-root-user sh -c \
		"mount -t tmpfs -o size=8m small '$TMP/small' && exec images/build-guest '$TMP/small/out'"
	[ "$status" -eq 2 ]
	[[ $output =~ "no space: needs 3072 MiB, has "[0-9]+" MiB, at $TMP/small" ]]
}

@test "an mmdebstrap that fails leaves nothing" {
	need_root "a builder enters the tree that it makes"
	fake_mmdebstrap 'echo "E: no such mirror" >&2; exit 25'
	run images/build-guest "$OUT"
	[ "$status" -eq 1 ]
	[[ $output == *"no such mirror"*"mmdebstrap failed"*MIRROR=* ]]
	assert_nothing_left
}

@test "mmdebstrap finds no files open but the first three" {
	need_root "a builder enters the tree that it makes"
	fake_mmdebstrap 'for n in 3 4 5 6 7 8 9; do [ ! -e /proc/$$/fd/$n ] || echo "E: $n is open" >&2; done; echo looked >&2; exit 1'
	run images/build-guest "$OUT" 7</dev/null
	[[ $output == *looked* ]]
	[[ $output != *" is open"* ]]
}

@test "SIGTERM and SIGINT end a build at once, show in the exit code and leave nothing" {
	need_root "a builder enters the tree that it makes"
	fake_mmdebstrap 'trap "" TERM INT; sleep 300 & sleep 300; sleep 300'
	for signal in TERM:143 INT:130; do
		start_builder
		started=$SECONDS
		code=0
		kill "-${signal%:*}" "$PID"
		wait $JOB || code=$?
		[ "$code" -eq "${signal#*:}" ]
		[ $((SECONDS - started)) -le 5 ]
		assert_nothing_left
		assert_no_process
	done
}

@test "what a kill -9 left is removed by the next start, and its children are gone" {
	need_root "a builder enters the tree that it makes"
	fake_mmdebstrap 'sleep 300; sleep 300'
	start_builder
	kill -KILL "$PID"
	wait $JOB || true
	[ ! -e "$OUT" ]
	has_half
	wait_until assert_no_process
	fake_mmdebstrap 'exit 1'
	run images/build-guest "$OUT"
	[ "$status" -eq 1 ]
	assert_nothing_left
}

@test "a second build of the same waits for the first" {
	need_root "a builder enters the tree that it makes"
	fake_mmdebstrap "until [ -e $TMP/go ]; do sleep 0.05; done; exit 1"
	start_builder
	images/build-guest "$OUT" 2>"$TMP/second" 3>&- &
	second=$!
	wait_until grep -q "waiting for another build" "$TMP/second"
	touch "$TMP/go"
	wait $JOB || true
	wait $second || true
	assert_nothing_left
	assert_no_process
}

# --- root of a container ------------------------------------------------------------------------------

# root_without RIGHT COMMAND...: as root of a container that does not have that capability.
root_without() {
	local right=$1
	shift
	setpriv --bounding-set="-$right" --inh-caps="-$right" "$@"
}

@test "root without a right is told which one, before anything is fetched" {
	need_root "a builder enters the tree that it makes"
	fake_mmdebstrap "touch $TMP/fetched"
	for pair in "sys_admin namespaces and mounts (CAP_SYS_ADMIN)" "sys_chroot enter a tree (CAP_SYS_CHROOT)" \
		"chown give files to other users (CAP_CHOWN" "mknod make device nodes (CAP_MKNOD)"; do
		run root_without "${pair%% *}" images/build-guest "$OUT"
		echo "$output"
		[ "$status" -eq 77 ]
		[[ $output == *"this root may not do all that is needed here: "*"${pair#* }"* ]]
		assert_nothing_left
	done
	[ ! -e "$TMP/fetched" ]
}

@test "a user that is root in a namespace of its own is told what that cannot do" {
	unshare --map-root-user --mount true 2>/dev/null || skip "no user namespaces here"
	fake_mmdebstrap "touch $TMP/fetched"
	run unshare --map-root-user --mount images/build-guest "$OUT"
	echo "$output"
	[ "$status" -eq 77 ]
	[[ $output == *"give files to other users"*"make device nodes"* ]]
	[ ! -e "$TMP/fetched" ]
	assert_nothing_left
}

@test "a CACHE that is mounted noexec or nodev is told" {
	need_root "a builder enters the tree that it makes"
	unshare --mount true 2>/dev/null || skip "no mount namespaces here"
	fake_mmdebstrap "touch $TMP/fetched"
	mkdir -p "$TMP/odd"
	for pair in "noexec run programs in CACHE, which is mounted noexec" "nodev open them (no nodev) in CACHE"; do
		run unshare --mount sh -c "mount -t tmpfs -o size=4g,${pair%% *} odd '$TMP/odd' && exec images/build-guest '$TMP/odd/out'"
		echo "$output"
		[ "$status" -eq 77 ]
		[[ $output == *"${pair#* }"* ]]
	done
	[ ! -e "$TMP/fetched" ]
	# What compiles runs programs there, too.
	MIRROR=file://$TMP/nowhere run unshare --mount sh -c "mount -t tmpfs -o noexec odd '$TMP/odd' && exec images/build-bochs '$TMP/odd/out'"
	echo "$output"
	[ "$status" -eq 77 ]
	[[ $output == *"run programs in CACHE, which is mounted noexec"* ]]
}

# as_user COMMAND...: as somebody who is not root, and for whom sudo does nothing.
as_user() {
	if [ "$(id -u)" -ne 0 ]; then
		"$@"
	else
		setpriv --reuid 65534 --regid 65534 --clear-groups -- "$@"
	fi
}

@test "the folders that a builder makes things in by sudo are the user's" {
	chmod a+x "$BATS_RUN_TMPDIR" "${TMP%/*}" "$TMP"
	as_user test -x "$PWD/images/build-guest" -a -x "$TMP" || skip "the folders here are not open to other users"
	fake sudo <<<'touch "$TMPDIR/asked"'
	mkdir -p "$TMP/tree/usr/bin"
	touch "$TMP/tree/usr/bin/gcc" "$TMP/tree/tree.json"
	mkdir -m 777 "$TMP/theirs"
	export TMPDIR=$TMP/theirs
	as_user images/build-guest "$TMP/theirs/cache/images/guest"
	[ -e "$TMP/theirs/asked" ]
	as_user test -w "$TMP/theirs/cache/images"
	rm "$TMP/theirs/asked"
	as_user harness/build-in-tree --tree "$TMP/tree" "$TMP/theirs/build/host/bookworm/exitmeter"
	[ -e "$TMP/theirs/asked" ]
	as_user test -w "$TMP/theirs/build/host/bookworm"
}

# --- this machine's apt, and what of it stays ------------------------------------------------------------

# in_builder COMMANDS: runs them as a builder of SUITE bookworm would.
in_builder() {
	mkdir -p "$TMP/work"
	bash -euc 'PROGRAM=test; here=images; . images/lib.sh; . images/packages.bash; WORK=$0; eval "$1"' "$TMP/work" "$1"
}

# make_apt LINE...: an apt whose sources are these lines, and which has no lists.
make_apt() {
	mkdir -p "$TMP/etc/parts" "$TMP/lists/partial"
	printf '%s\n' "$@" >"$TMP/etc/sources.list"
	printf 'Dir::Etc::SourceList "%s";\nDir::Etc::SourceParts "%s";\nDir::State::Lists "%s";\n%s\n' "$TMP/etc/sources.list" \
		"$TMP/etc/parts" "$TMP/lists" 'Acquire::http::Proxy::none.invalid "http://u:s3cret@p.invalid:1";' >"$TMP/apt.conf"
	export APT_CONFIG=$TMP/apt.conf
	unset MIRROR
}

# make_suite ARCHIVE NAME ORIGIN CODENAME: makes the file that says which suite it is.
make_suite() {
	mkdir -p "$TMP/$1/dists/$2"
	printf 'Origin: %s\nCodename: %s\n' "$3" "$4" >"$TMP/$1/dists/$2/InRelease"
}

@test "which archive has a suite is asked of the archives, whatever this machine's sources call it" {
	command -v apt-get >/dev/null || skip "no apt here"
	make_suite debian bookworm Debian bookworm
	make_suite debian bookworm-updates Debian bookworm-updates
	make_suite security bookworm-security Debian bookworm-security
	# Somebody else's suite of the same name.
	make_suite other bookworm Other bookworm
	make_apt "deb file:$TMP/debian oldstable main" "deb file:$TMP/security oldstable-security main" "deb file:$TMP/other bookworm main"
	run in_builder 'mirror_sources; printf "%s\n" "$SOURCES"'
	echo "$output"
	[ "$(sort <<<"$output")" = "$(printf '%s\n' "deb file:$TMP/debian bookworm main" "deb file:$TMP/debian bookworm-updates main" \
		"deb file:$TMP/security bookworm-security main")" ]
	echo "file:$TMP/debian" >"$TMP/etc/mirrors"
	make_apt "deb mirror+file:$TMP/etc/mirrors trixie main"
	run in_builder 'mirror_sources; printf "%s\n" "$SOURCES"'
	[[ $output == *"deb file:$TMP/debian bookworm main"* ]]
	make_apt "deb file:$TMP/other bookworm main"
	run in_builder 'mirror_sources; printf "%s\n" "$SOURCES"'
	[[ $output == *"apt knows no archive with Debian's bookworm: taking mmdebstrap's own choice (MIRROR= names one)" ]]
}

@test "how this machine reaches its archives is in the tree while it is made, for root alone, and not when it is done" {
	make_apt "deb http://mirror.invalid/debian bookworm main"
	run in_builder machine_options
	[[ $output == *s3cret* ]]
	[[ $output == *'Dir::Etc::netrc "/etc/apt/auth.conf"'* ]]
	grep -q 'chmod 600 .*99mmdebstrap' images/packages.bash
	mkdir -p "$TMP/made/etc/apt/apt.conf.d" "$TMP/made/etc/apt/sources.list.d" "$TMP/made/var/log/apt"
	cp "$TMP/apt.conf" "$TMP/made/etc/apt/apt.conf.d/99mmdebstrap"
	echo "deb http://mirror.invalid/debian bookworm main" | tee "$TMP/made/etc/apt/sources.list" >"$TMP/made/etc/apt/sources.list.d/0000bookworm.list"
	echo "nameserver mirror.invalid" >"$TMP/made/etc/resolv.conf"
	echo "mirror.invalid" >"$TMP/made/var/log/apt/term.log"
	printf 'ID=debian\nVERSION_CODENAME=bookworm\n' >"$TMP/made/etc/os-release"
	sh -c "$(cat images/forget-machine)" exec "$TMP/made"
	! grep -r 'invalid\|s3cret' "$TMP/made" || return 1
	[ -e "$TMP/made/etc/apt/sources.list" ]
	[ ! -s "$TMP/made/etc/apt/sources.list" ]
}

# Makes an image by hand, with the recipe that the builder would compute.
make_cached() {
	mkdir -p "$OUT"
	echo kernel >"$OUT/vmlinuz"
	recipe=$(bash -c 'PROGRAM=build-guest; . images/lib.sh; PROGRAM=build-guest
		recipe_hash images/packages.bash images/forget-machine images/ext4.bash images/guest-setup images/guest-early-setup')
	printf '{\n  "recipe": "%s",\n  "files": {\n    "vmlinuz": { "sha256": "0", "bytes": 7 }\n  }\n}\n' \
		"$recipe" >"$OUT/image.json"
}

@test "an image of the same recipe is not built again" {
	need_root "a builder enters the tree that it makes"
	fake_mmdebstrap 'exit 1'
	make_cached
	run images/build-guest "$OUT"
	[ "$status" -eq 0 ]
	[ "$output" = "build-guest: cached: $OUT" ]
}

@test "a truncated image, another suite or --force is built again, and the old one stays until then" {
	need_root "a builder enters the tree that it makes"
	fake_mmdebstrap 'echo building >&2; exit 1'
	make_cached
	run images/build-guest --force "$OUT"
	[ "$status" -eq 1 ]
	[[ $output == *building* ]]
	run images/build-guest --suite trixie "$OUT"
	[ "$status" -eq 1 ]
	[[ $output == *building* ]]
	[ "$(cat "$OUT/vmlinuz")" = kernel ]
	printf k >"$OUT/vmlinuz"
	run images/build-guest "$OUT"
	[ "$status" -eq 1 ]
	[[ $output == *building* ]]
}

@test "what root has built for itself alone is built again" {
	need_root "a builder enters the tree that it makes"
	fake_mmdebstrap 'echo building >&2; exit 1'
	make_cached
	chmod 600 "$OUT/vmlinuz"
	run images/build-guest "$OUT"
	[ "$status" -eq 1 ]
	[[ $output == *building* ]]
}

# Makes a builder of two lines. With KILL_AT=PATTERN it dies by kill -9 after the mv whose arguments match.
make_builder() {
	cat >"$TMP/mini" <<-'END'
	#!/bin/bash
	set -euo pipefail
	. images/lib.sh
	mv() { command mv "$@"; [[ -z ${KILL_AT:-} || "$*" != $KILL_AT ]] || kill -KILL $$; }
	parse_args "" "$@"
	build_open 1 recipe
	[ -z "${FAIL:-}" ] || die 1 "as told"
	echo "${CONTENT:-new}" >"$STAGE/file"
	image_json fake 0
	build_close
	END
	chmod 755 "$TMP/mini"
}

@test "killed between the two renames of its end, the next start puts the old image back" {
	make_builder
	CONTENT=old "$TMP/mini" "$OUT"
	KILL_AT="*.tmp.old" run "$TMP/mini" --force "$OUT"
	[ "$status" -eq 137 ]
	[ ! -e "$OUT" ]
	run "$TMP/mini" "$OUT"
	[ "$status" -eq 0 ]
	[ "$output" = "mini: cached: $OUT" ]
	[ "$(cat "$OUT/file")" = old ]
	KILL_AT="*.tmp.old" run "$TMP/mini" --force "$OUT"
	FAIL=1 run "$TMP/mini" --force "$OUT"
	[ "$status" -eq 1 ]
	[ "$(cat "$OUT/file")" = old ]
	[ "$(ls "${OUT%/*}")" = "$(printf '%s\n' "${OUT##*/}" "${OUT##*/}.lock")" ]
}

@test "killed after the renames, the new image stays and the old one goes" {
	make_builder
	CONTENT=old "$TMP/mini" "$OUT"
	KILL_AT="*.tmp.gone" run "$TMP/mini" --force "$OUT"
	[ "$status" -eq 137 ]
	[ "$(cat "$OUT/file")" = new ]
	run "$TMP/mini" "$OUT"
	[ "$output" = "mini: cached: $OUT" ]
	[ "$(ls "${OUT%/*}")" = "$(printf '%s\n' "${OUT##*/}" "${OUT##*/}.lock")" ]
}

# make_image NAME: makes a file system of two files, one from a package and one from this build.
make_image() {
	local work=$TMP/$1
	mkdir -p "$work/tree/usr"
	touch -d "1 second ago" "$work/begun"
	echo package >"$work/tree/usr/old"
	touch -d 2025-02-03T04:05:06Z "$work/tree/usr/old"
	echo new >"$work/tree/new"
	ln -s new "$work/tree/link with a space"
	WORK=$work bash -euc 'PROGRAM=test; work=$WORK; . images/lib.sh; . images/ext4.bash; WORK=$work
		make_ext4 "$WORK/tree" "$WORK/image" 16 a-label'
}

@test "an image of the same files is the same whenever it is made" {
	PATH=$PATH:/usr/sbin
	make_image first
	sleep 1.1
	make_image second
	cmp "$TMP/first/image" "$TMP/second/image"
	for file in / /usr/old /new "/link with a space" /usr; do
		run debugfs -R "stat \"$file\"" "$TMP/second/image"
		[ "$(grep -c "time: 0x67a04072:00000000" <<<"$output")" -eq 4 ]
	done
}

@test "every script here passes shellcheck" {
	run shellcheck -x images/lib.sh images/build-guest images/build-host images/guest-setup \
		images/guest-early-setup images/forget-machine images/host-setup images/host-initrd-init ci/install-deps
	echo "$output"
	[ "$status" -eq 0 ]
}

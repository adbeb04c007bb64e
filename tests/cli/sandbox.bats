#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# shellcheck disable=SC2154 # bochs and kit are those of the files that are loaded
# What the process of an L1 host's emulator can do to this machine: nothing. tests/lib/break-out tries it from within;
# tests/lib/fake-bochs stands for Bochs, and everything else is real.

load ../lib/cli.bash
load ../lib/bochs.bash
bats_require_minimum_version 1.5.0

setup() {
	bochs_setup
	export HOME=$D/home
	mkdir "$HOME"
	echo "a secret" >"$HOME/secret"
	python3 -u -m http.server --bind 127.0.0.1 --directory "$HOME" 0 >"$D/server" 2>&1 3>&- &
	server=$!
	for _ in $(seq 100); do
		port=$(sed -n 's/.* port \([0-9]*\) .*/\1/p' "$D/server" 2>/dev/null)
		[ -z "$port" ] || break
		sleep 0.1
	done
	[ -n "$port" ]
}

teardown() {
	kill "$server"
	[ -z "$(find "$D" -name '*.part*')" ]
}

# try_out [PATH [ATTEMPT]]: lets an emulator try to break out. Its words come by the L1's console.
try_out() {
	cp "$top/tests/lib/break-out" "$bochs/"
	mkdir -p "$D/modules"
	touch "$D/modules/kvm-intel.ko"
	echo "python3 '$bochs/break-out' '$HOME/secret' '$cache' '$port' $server \"\$results\" ${2-} >>\"\$console\" 2>&1
		honest; pack; finish" >"$D/modules/kvm.ko"
	PATH=${1:-$PATH} run -0 "$exitmeter" run --cache "$cache" --kit "$kit" --host emulated-vmx --guest micro --layout split \
		--memory 512 --saved-host no --module-dir "$D/modules" --out "$D/run"
	echo "$output"
	sandbox=$(jq -r .sandbox "$D/run/evidence.json")
	cat "$D/run/host-console.log"
}

# said WORD: how many attempts came to that.
said() { grep -c " $1\$" "$D/run/host-console.log"; }

@test "whoever breaks into an emulator has nothing of this machine" {
	try_out
	[ "$sandbox" = whole ] || skip "this machine cannot make a sandbox: $sandbox"
	[ "$(said "done")" -eq 0 ]
	[ "$(said refused)" -eq "$(grep -c '": ' "$top/tests/lib/break-out")" ]
	[ "$(wc -l <"$D/run/host-console.log")" -eq "$(said refused)" ]
	[ ! -e "$cache/poison" ]
	[[ $output != *sandbox* ]]
}

@test "a sandbox that is not whole is told, and the attempts find what is missing" {
	try_out "$(path_without bwrap)"
	[[ $sandbox == *"has the network and sees "*": "*bwrap* ]]
	[[ $output == *"the emulator's sandbox is not whole: $sandbox"* ]]
	grep -q "^Sandbox of the L1 host, not whole: " "$D/run/report.txt"
	for name in read-secret read-accounts connect see-processes signal-process; do
		grep -qx "$name done" "$D/run/host-console.log"
	done
	for name in capability mount trace-process core-dump; do
		grep -qx "$name refused" "$D/run/host-console.log"
	done
}

@test "without any means there is no sandbox, which is told, and the run goes on" {
	# Not all attempts: what root can do then, it does.
	try_out "$(path_without bwrap setpriv)" read-secret
	[[ $sandbox == "there is none: "* ]]
	[[ $output == *"the emulator's sandbox is not whole: there is none: "* ]]
	grep -qx "read-secret done" "$D/run/host-console.log"
}

@test "files that only their owner may read are told, where root drops to an account" {
	[ "$(id -u)" -eq 0 ] || skip "not root: there is no account to drop to"
	chmod 600 "$cache/images/host-bookworm/root.img"
	try_out
	[[ $sandbox == "it runs as root, with no rights of root's: it may not read $cache/images/host-bookworm/root.img" ]] ||
		[[ $sandbox == *"sees this machine's files"* ]]
	grep -qx "read-secret refused" "$D/run/host-console.log" || [[ $sandbox == *"sees this machine's files"* ]]
	[ "$(jq -r .verdict "$D/run/verdicts.json")" = pass ]
}

# shellcheck disable=SC2030 # each test has an output of its own
@test "a strict umask makes no difference" {
	umask 077
	try_out
	[ "$sandbox" = whole ] || skip "this machine cannot make a sandbox: $sandbox"
	[ "$(said "done")" -eq 0 ]
}

# --- QEMU, which libvirt starts --------------------------------------------------------------------------

# try_out_qemu [PATH]: the same from within QEMU's process. Its words are the last ones of a QEMU that does not start.
try_out_qemu() {
	[ "$(id -u)" -eq 0 ] || skip "not root: nothing can be put in QEMU's place"
	{
		cat <<-END
		#!/bin/bash
		case "\$*" in *"-machine none"*) exec /usr/bin/qemu-system-i386 "\$@" ;; esac
		results=\$(grep -o '/[^" ]*/results.img' <<<"\$*" | head -n 1)
		words=\$(python3 - '$HOME/secret' '$cache' '$port' $server "\$results" 2>&1 <<'PYTHON'
		END
		cat "$top/tests/lib/break-out"
		printf '%s\n' PYTHON ')' "echo \"break-out: \${words//\$'\n'/, }.\" >&2" "exit 1"
	} >"$D/fake-qemu"
	chmod 755 "$D/fake-qemu"
	# shellcheck disable=SC2016 # expanded by the inner shell
	PATH=${1:-$PATH} run -2 /usr/bin/unshare --mount /bin/sh -c 'cd /usr/bin && /bin/mount --bind qemu-system-x86_64 qemu-system-i386 &&
		/bin/mount --bind "$0" qemu-system-x86_64 && exec "$@"' "$D/fake-qemu" \
		"$exitmeter" run --cache "$cache" --kit "$kit" --host emulated-svm --guest micro --layout split --memory 512 \
		--saved-host no --out "$D/run"
	# shellcheck disable=SC2031 # as above
	echo "$output"
	# shellcheck disable=SC2031 # as above
	words=$(grep -o 'break-out: .*' <<<"$output" | head -n 1 | tr ',' '\n')
}

@test "whoever breaks into QEMU has nothing of this machine" {
	try_out_qemu
	[[ $output != *"sandbox is not whole"* ]] || skip "this machine cannot make a sandbox"
	[[ $words != *done* ]]
	[ "$(grep -c refused <<<"$words")" -eq "$(grep -c '": ' "$top/tests/lib/break-out")" ]
	[ ! -e "$cache/poison" ]
}

@test "a sandbox of QEMU's that is not whole is told, and the attempts find what is missing" {
	try_out_qemu "$(path_without bwrap)"
	[[ $output == *"the emulator's sandbox is not whole: it runs as root, with no rights of root's, and has the network"* ]]
	for name in read-secret read-accounts connect see-processes; do
		[[ $words == *"$name done"* ]]
	done
	for name in capability mount trace-process core-dump; do
		[[ $words == *"$name refused"* ]]
	done
}

# --- a submission's build ----------------------------------------------------------------------------------

# in_room COMMAND: a build in a sandbox that has this machine's programs, with 8 MiB for its folder.
in_room() {
	need_root "the builder of submissions would start itself through sudo"
	mkdir -p "$D/room/work" "$D/room/objects" "$D/room/input"
	chmod 711 "$D/room" "$D/room/work"
	# shellcheck disable=SC2016 # expanded by the inner shell
	run bash -euc '
		. "$2/images/lib.sh"; . "$2/kernel-patch/sandbox.bash"
		WORK=$1/work BUILD_SECONDS=60
		make_bare_root
		TREE=$WORK/root
		export SANDBOX_BINDS=/usr SANDBOX_ROOM_MIB=8
		chown -R $NOBODY "$1/objects"
		in_room "$1/objects" "$1/input" sh -c "$3"' - "$D/room" "$top" "$1" 2>&1
	echo "$output"
}

@test "a submission's build keeps what it makes, and nothing that it leaves running changes that" {
	mkdir -p "$D/room/objects/src"
	echo old >"$D/room/objects/src/a.o"
	echo same >"$D/room/objects/src/b.o"
	touch -d "2020-01-01 00:00:00.5" "$D/room/objects/src/b.o"
	in_room 'cat src/b.o; echo new >src/a.o; ln -s /etc/passwd src/link
		setsid sh -c "while :; do echo late >>/mnt/src/late; echo late >>/srv/late; done" >/dev/null 2>&1 & sleep 0.3; exit 7'
	[ "$status" -eq 7 ]
	[ "$output" = same ]
	[ "$(cat "$D/room/objects/src/a.o")" = new ]
	[ "$(stat -c '%y %U' "$D/room/objects/src/b.o")" = "$(date -d "2020-01-01 00:00:00.5" '+%F %T.%N %z') nobody" ]
	[ -L "$D/room/objects/src/link" ]
	[ ! -e "$D/room/objects/late" ]
	lines=$(wc -l <"$D/room/objects/src/late")
	sleep 0.3
	[ "$(wc -l <"$D/room/objects/src/late")" -eq "$lines" ]
	[ "$(ls "$D/room")" = $'input\nobjects\nwork' ]
}

@test "a submission's build cannot fill the disk, neither with many files nor with one that has no name" {
	in_room 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do head -c 1048576 /dev/zero >file$i || exit; done'
	[ "$status" -ne 0 ]
	[[ $output == *"No space left on device"* ]]
	[ "$(ls "$D/room")" = $'input\nwork' ]
	in_room 'exec 3>hidden; rm hidden; head -c 12000000 /dev/zero >&3'
	[ "$status" -ne 0 ]
	[[ $output == *"No space left on device"* ]]
	# What would leave too little for the next time is not kept either.
	in_room 'head -c 6000000 /dev/zero >large'
	[ "$status" -eq 0 ]
	[ "$(ls "$D/room")" = $'input\nwork' ]
}

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests of the command line share. Each test has a cache and a kit of its own, and must leave nothing behind.
# shellcheck disable=SC2034 # the tests use them
# shellcheck disable=SC2154 # output, stderr and their lines are run's

load ../lib/path.bash
load ../lib/root.bash

setup() {
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	exitmeter=$(cd "$top" && realpath -- "${EXITMETER:-${EXITMETER_BUILD:-build}/exitmeter}")
	cache=$BATS_TEST_TMPDIR/cache
	out=$BATS_TEST_TMPDIR/out
	export HOME=$BATS_TEST_TMPDIR/home TMPDIR=$BATS_TEST_TMPDIR/tmp
	unset XDG_CACHE_HOME
	mkdir -p "$HOME" "$TMPDIR"
	roots_before=$(list_roots)
}

teardown() {
	if [ -n "${mounted-}" ]; then umount "$mounted"; fi
	assert_nothing_left
}

list_roots() { find /run /tmp -maxdepth 1 -name 'exitmeter-??????' | sort; }

assert_nothing_left() {
	[ -z "$(ls -A "$TMPDIR")" ]
	[ ! -d "$cache/scratch" ] || [ "$(ls -A "$cache/scratch")" = .lock ]
	[ -z "$(find "$BATS_TEST_TMPDIR" -name '*.part*')" ]
	! grep -F "$BATS_TEST_TMPDIR" /proc/mounts || return 1
	# Another run on this machine makes and removes a libvirt root of its own, so the lists are compared only
	# while no run is under way.
	pgrep -x exitmeter >/dev/null || [ -z "$(comm -13 <(echo "$roots_before") <(list_roots))" ]
}

# refused CODE WORDS COMMAND...: COMMAND must end with CODE, print nothing on stdout, and one line with WORDS on stderr.
refused() {
	local code=$1 words=$2
	shift 2
	run -"$code" --separate-stderr "$@"
	echo "stdout: $output; stderr: $stderr"
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == *"$words"* ]]
}

# stopped CODE WORDS COMMAND...: the same, but lines of progress may come before that line.
stopped() {
	local code=$1 words=$2
	shift 2
	run -"$code" --separate-stderr "$@"
	echo "stdout: $output; stderr: $stderr"
	[ -z "$output" ]
	[[ ${stderr_lines[-1]} == "exitmeter: "*"$words"* ]]
	[ "$(grep -c '^exitmeter: ' <<<"$stderr")" -eq 1 ]
}

# make_image DIR FILE...: makes a tiny image folder in the builders' form. Each of its files passes for a kernel.
make_image() {
	local dir=$1 file sum entries=
	shift
	mkdir -p "$dir"
	for file; do
		printf '%-514sHdrS\n' "content of $file" >"$dir/$file"
		sum=$(sha256sum <"$dir/$file")
		entries+=${entries:+, }"\"$file\": {\"sha256\": \"${sum%% *}\", \"bytes\": $(stat -c %s "$dir/$file")}"
	done
	printf '{"kind": "x", "name": "tiny", "suite": "bookworm", "files": {%s}}\n' "$entries" >"$dir/image.json"
}

# Makes a cache and a kit with everything that a run looks for before it boots.
make_pieces() {
	make_image "$cache/images/host-bookworm" vmlinuz initrd.img root.img
	make_image "$cache/images/guest-bookworm" vmlinuz disk.qcow2
	kit=$BATS_TEST_TMPDIR/kit
	mkdir -p "$kit/host/bookworm" "$kit/cloud-init" "$cache/modules/6.1"
	cp "$top"/cloud-init/*.in "$kit/cloud-init"
	cp "$top/images/kernels.txt" "$kit/"
	touch "$kit/probe" "$kit/host-init" "$kit/host/bookworm/exitmeter" "$cache/modules/6.1/"{kvm,kvm-amd,kvm-intel}.ko
	echo '{}' >"$cache/modules/6.1/build.json"
}

run_emulated() {
	"$exitmeter" run --host emulated-svm --cache "$cache" --kit "${kit:-/nonexistent}" --out "$out" "$@"
}

# fingerprint DIR: prints path, size, time and SHA-256 of each file in DIR.
fingerprint() { (cd "$1" && find . -type f -printf '%p %s %T@ ' -exec sha256sum {} \; | sort); }

# mount_small DIR: mounts a file system of 1 MiB there, and fills it up.
mount_small() {
	mkdir -p "$1"
	mount -t tmpfs -o size=1m none "$1" || skip "no tmpfs may be mounted here"
	mounted=$1
	dd if=/dev/zero of="$1/filler" bs=64k 2>/dev/null || true
}

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests of the command line share: a cache and a kit of their own, and that nothing is left.
# shellcheck disable=SC2034 # the tests use them
# shellcheck disable=SC2154 # output, stderr and their lines are run's

load ../lib/path.bash
load ../lib/root.bash

setup() {
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	exitmeter=$(cd "$top" && realpath -- "${EXITMETER:-build/exitmeter}")
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
	# Another run on this machine has a libvirt root of its own, and comes and goes as it likes.
	pgrep -x exitmeter >/dev/null || [ -z "$(comm -13 <(echo "$roots_before") <(list_roots))" ]
}

# refused CODE WORDS COMMAND...: the exit code, nothing on stdout, one line with these words.
refused() {
	local code=$1 words=$2
	shift 2
	run -"$code" --separate-stderr "$@"
	echo "stdout: $output; stderr: $stderr"
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 1 ]
	[[ $stderr == *"$words"* ]]
}

# stopped CODE WORDS COMMAND...: the same, after lines of progress.
stopped() {
	local code=$1 words=$2
	shift 2
	run -"$code" --separate-stderr "$@"
	echo "stdout: $output; stderr: $stderr"
	[ -z "$output" ]
	[[ ${stderr_lines[-1]} == "exitmeter: "*"$words"* ]]
	[ "$(grep -c '^exitmeter: ' <<<"$stderr")" -eq 1 ]
}

# make_image DIR FILE...: an image folder as the builders make it, tiny; each would pass for a kernel.
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

# A cache and a kit with everything that a run looks for before it boots.
make_pieces() {
	make_image "$cache/images/host-bookworm" vmlinuz initrd.img root.img
	make_image "$cache/images/guest-bookworm" vmlinuz disk.qcow2
	kit=$BATS_TEST_TMPDIR/kit
	mkdir -p "$kit/host/bookworm" "$kit/cloud-init" "$cache/modules/6.1"
	cp "$top"/cloud-init/*.in "$kit/cloud-init"
	touch "$kit/probe" "$kit/host-init" "$kit/host/bookworm/exitmeter" "$cache/modules/6.1/kvm.ko"
	echo '{}' >"$cache/modules/6.1/build.json"
}

run_emulated() {
	"$exitmeter" run --host emulated-svm --cache "$cache" --kit "${kit:-/nonexistent}" --out "$out" "$@"
}

# What a folder holds, with sums and times.
fingerprint() { (cd "$1" && find . -type f -printf '%p %s %T@ ' -exec sha256sum {} \; | sort); }

# mount_small DIR: 1 MiB, and full.
mount_small() {
	mkdir -p "$1"
	mount -t tmpfs -o size=1m none "$1" || skip "no tmpfs may be mounted here"
	mounted=$1
	dd if=/dev/zero of="$1/filler" bs=64k 2>/dev/null || true
}

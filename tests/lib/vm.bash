# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests that boot VMs share.  Each test has a cache of its own whose
# images and modules are links to the real ones, so that what a run leaves
# behind is seen, and a run beside it is not.

: "${CACHE:=${XDG_CACHE_HOME:-$HOME/.cache}/exitmeter}"
TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
: "${EXITMETER:=$TOP/build/exitmeter}"
: "${KERNEL:=6.1}"
# shellcheck source=SCRIPTDIR/leftovers.bash
. "$TOP/tests/lib/leftovers.bash"

# What every run of a test is given: the kernel that it is about.
vm_use_kernel() {
	SUITE=$(awk -v kernel="$KERNEL" '$1 == kernel { print $2 }' "$TOP/images/kernels.txt")
	VM_KERNEL=(--host-image "$CACHE/images/host-$SUITE" --module-dir "$CACHE/modules/$KERNEL")
}
vm_use_kernel

vm_setup() {
	local f
	C=$(mktemp -d "${TMPDIR:-/tmp}/exitmeter-test.XXXXXX")
	OUT=$C/out
	mkdir "$C/cache" "$C/cache/images"
	ln -s "$CACHE/images/guest-bookworm" "$C/cache/images/"
	[ ! -d "$CACHE/bochs-3.0" ] || ln -s "$CACHE/bochs-3.0" "$C/cache/"
	# libvirt's capabilities of earlier runs: only time depends on them.
	for f in "$CACHE"/l1-*-libvirt-cache.tar; do
		[ ! -f "$f" ] || cp "$f" "$C/cache/"
	done
	[ ! -d "$CACHE/libvirt" ] || cp -a "$CACHE/libvirt" "$C/cache/"
}

# Whatever a run did, it must have put everything back.
vm_teardown() {
	local left
	left=$(leftovers "$C")
	if [ -n "$left" ]; then
		echo "left over:"
		echo "$left"
		kill_leftovers "$C"
		return 1
	fi
	rm -rf "$C"
}

# run_vm OPTION...: a run in this test's cache; sets status and output as bats' run does.
run_vm() {
	# No server is asked: the image is the built one, unless the test says otherwise.
	local image=(--image built)
	[[ " $* " != *" --image"* ]] || image=()
	run "$EXITMETER" run --cache "$C/cache" --out "$OUT" "${VM_KERNEL[@]}" "${image[@]}" "$@"
	# shellcheck disable=SC2154 # bats sets it
	echo "$output"
}

# make_kit: a kit of the test's own, C/kit, to be spoilt.
make_kit() {
	mkdir -p "$C/kit"
	cp -r "$TOP"/build/{probe,cloud-init,host,host-init} "$C/kit/"
}

# run_in_host NAME OPTION...: has tests/inside/host/NAME.bash run in the L1 host where the harness would, and
# passes its TAP on.  What it reads besides lies in C/kit/cloud-init, which it finds at /payload/templates.
run_in_host() {
	local name=$1
	shift
	[ -d "$C/kit" ] || make_kit
	cp "$TOP/tests/lib/leftovers.bash" "$TOP/tests/inside/host/lib.bash" "$TOP/tests/inside/host/$name.bash" "$C/kit/cloud-init/"
	sed -i -e 's|^\trun_one$|\t. /payload/templates/'"$name"'.bash|' "$C/kit/host-init"
	grep -q "$name.bash" "$C/kit/host-init"
	# There is no run of the harness for L0 to judge, which calls that lost.
	run "$EXITMETER" run --cache "$C/cache" --out "$OUT" "${VM_KERNEL[@]}" --host emulated-svm --guest micro --kit "$C/kit" "$@"
	cat "$OUT/in-host.tap" || { echo "$output"; return 1; }
	[ "$(grep -c '^ok ' "$OUT/in-host.tap")" = "$(sed -n 's/^1\.\.//p' "$OUT/in-host.tap")" ]
}

# Build a guest that comes to a bad end, once a file of tests.
build_bad_init() {
	"${PROBE_CC:-musl-gcc}" -static -Os -Wall -Wextra -Werror -I"$TOP/harness" \
		-o "$BATS_FILE_TMPDIR/bad-init" "$TOP/tests/inside/guest/bad-init.c"
}

# init_passes_on INIT CHECKS TREE MODULES: tests/kernel/abi/boot, with as many checks that are ok.
init_passes_on() {
	run "$TOP/tests/kernel/abi/boot" --init "$1" "$3" "$4"
	# shellcheck disable=SC2154 # bats sets them
	echo "$output"
	# shellcheck disable=SC2154
	[ "$status" -eq 0 ]
	[ "$(grep -c '^ok: ' <<<"$output")" -eq "$2" ]
}

# unjudged [CLAUSES]: the clauses that a good run does not pass: the given (those that take several CPUs or have to
# be asked for), and where KVM's own statistic counts what is no exit, the one that rests on it.
unjudged() {
	echo "${1-concurrent cycles-carry}$([ "$KERNEL" != 5.10 ] || echo " oracle-stat")"
}

# not_passed: the ids of all clauses that did not pass.
not_passed() {
	jq -r '[.clauses[] | select(.verdict != "pass") | .id] | join(" ")' "$OUT/verdicts.json"
}

# verdict CLAUSE: pass, fail, skip or lost.
verdict() {
	jq -r ".clauses[] | select(.id == \"$1\") | .verdict" "$OUT/verdicts.json"
}

outcome() {
	jq -r .outcome "$OUT/evidence.json"
}

# modules_kit [VENDOR_PARAMETER...]: a kit, C/kit, whose L1 host does steps and lockdown of tests/inside/host before and after its run.
modules_kit() {
	mkdir "$C/kit"
	cp -r "$TOP"/build/{probe,cloud-init,host} "$C/kit/"
	cp "$TOP"/tests/inside/host/{steps,lockdown} "$C/kit/cloud-init/"
	sed -e "s|^\trun_one$|/payload/templates/steps $* > /dev/ttyS0 2>\&1\n&\n/payload/templates/lockdown > /dev/ttyS0 2>\&1|" \
		"$TOP/build/host-init" > "$C/kit/host-init"
	grep -q templates/lockdown "$C/kit/host-init"
	chmod +x "$C/kit/host-init"
}

# That all of both was done and nothing failed.
modules_said() {
	local said
	said=$(tr -d '\r' < "$OUT/host-console.log" | grep -aE '^(ok|FAIL|steps|lockdown): ')
	echo "$said"
	[[ $said == *"steps: done"*"lockdown: done" ]]
	[[ $said != *"FAIL: "* ]]
	[ "$(grep -c '^ok: ' <<< "$said")" -eq 47 ]
}

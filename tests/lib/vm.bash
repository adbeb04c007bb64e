# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the tests that boot VMs share. Each test has a cache of its own, whose images and modules are links to the
# real ones. So a test sees what its own run leaves behind, and nothing of a run beside it.

TOP=$(cd "$BATS_TEST_DIRNAME/../.." && pwd)
# shellcheck source=SCRIPTDIR/../../images/cache-place.bash
. "$TOP/images/cache-place.bash"
: "${EXITMETER:=${EXITMETER_BUILD:-$TOP/build}/exitmeter}"
: "${KERNEL:=6.1}"
# shellcheck source=SCRIPTDIR/leftovers.bash
. "$TOP/tests/lib/leftovers.bash"

# Sets the options that every run of a test is given: host image and modules of the kernel that it is about.
vm_use_kernel() {
	SUITE=$(awk -v kernel="$KERNEL" '$1 == kernel { print $2 }' "$TOP/images/kernels.txt")
	VM_KERNEL=(--host-image "$CACHE/images/host-$SUITE" --module-dir "$CACHE/modules/$KERNEL")
}
vm_use_kernel

vm_setup() {
	C=$(mktemp -d "${TMPDIR:-/tmp}/exitmeter-test.XXXXXX")
	OUT=$C/out
	mkdir "$C/cache" "$C/cache/images"
	ln -s "$CACHE/images/guest-bookworm" "$C/cache/images/"
	[ ! -d "$CACHE/bochs-3.0" ] || ln -s "$CACHE/bochs-3.0" "$C/cache/"
	# Saved hosts, and libvirt's capabilities of earlier runs, save time and change nothing else.
	mkdir -p "$CACHE/hosts"
	ln -s "$CACHE/hosts" "$C/cache/"
	[ ! -d "$CACHE/libvirt" ] || cp -a "$CACHE/libvirt" "$C/cache/"
}

# Fails where a run has not put everything back.
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

# run_vm OPTION...: does a run in this test's cache; sets status and output as Bats' run does.
run_vm() {
	# Unless the test says otherwise, the image is the built one, and no server is asked.
	local given=(--image built)
	[[ " $* " != *" --image"* ]] || given=()
	# A host of a kit that the test may have spoilt is not worth saving.
	[[ " $* " != *" --kit"* ]] || given+=(--saved-host no)
	run "$EXITMETER" run --cache "$C/cache" --out "$OUT" "${VM_KERNEL[@]}" "${given[@]}" "$@"
	# shellcheck disable=SC2154 # bats sets it
	echo "$output"
}

# make_kit: makes a kit of the test's own, C/kit, which the test may spoil.
make_kit() {
	mkdir -p "$C/kit"
	cp -r "${EXITMETER_BUILD:-$TOP/build}"/{probe,cloud-init,host,host-init} "$C/kit/"
}

# run_in_host NAME OPTION...: lets the L1 host run tests/inside/host/NAME.bash in place of the harness, and prints
# its TAP. What is put into C/kit/cloud-init before lies at /payload/templates in there.
run_in_host() {
	local name=$1
	shift
	[ -d "$C/kit" ] || make_kit
	cp "$TOP/tests/lib/leftovers.bash" "$TOP/tests/inside/host/lib.bash" "$TOP/tests/inside/host/$name.bash" "$C/kit/cloud-init/"
	sed -i -e 's|^\trun_one$|\t. /payload/templates/'"$name"'.bash|' "$C/kit/host-init"
	grep -q "$name.bash" "$C/kit/host-init"
	# L0 has no run of the harness to judge, and calls that lost.
	run "$EXITMETER" run --cache "$C/cache" --out "$OUT" "${VM_KERNEL[@]}" --host emulated-svm --guest micro --kit "$C/kit" \
		--saved-host no "$@"
	cat "$OUT/in-host.tap" || { echo "$output"; return 1; }
	[ "$(grep -c '^ok ' "$OUT/in-host.tap")" = "$(sed -n 's/^1\.\.//p' "$OUT/in-host.tap")" ]
}

# Builds the guest that comes to a bad end; once in a file of tests is enough.
build_bad_init() {
	"${PROBE_CC:-musl-gcc}" -static -Os -Wall -Wextra -I"$TOP/harness" \
		-o "$BATS_FILE_TMPDIR/bad-init" "$TOP/tests/inside/guest/bad-init.c"
}

# init_passes_on INIT CHECKS TREE MODULES: tests/kernel/abi/boot passes with that init, and with CHECKS lines "ok".
init_passes_on() {
	run "$TOP/tests/kernel/abi/boot" --init "$1" "$3" "$4"
	# shellcheck disable=SC2154 # bats sets them
	echo "$output"
	# shellcheck disable=SC2154
	[ "$status" -eq 0 ]
	[ "$(grep -c '^ok: ' <<<"$output")" -eq "$2" ]
}

# unjudged [CLAUSES]: prints the clauses that a good run does not pass. CLAUSES are by default those that take several
# CPUs or have to be asked for. On 5.10 oracle-stat joins them, because KVM's own statistic there also counts what is
# no exit.
unjudged() {
	echo "${1-concurrent cycles-carry}$([ "$KERNEL" != 5.10 ] || echo " oracle-stat")"
}

# not_passed: prints the ids of all clauses that were asked for and did not pass. cycles-unit is advice, and is tried
# only where the guest has had a long page fault.
not_passed() {
	jq -r '[.clauses[] | select(.verdict != "pass" and .weight != "not asked" and .id != "cycles-unit") | .id] | join(" ")' \
		"$OUT/verdicts.json"
}

# verdict CLAUSE: prints pass, fail, skip or lost.
verdict() {
	jq -r ".clauses[] | select(.id == \"$1\") | .verdict" "$OUT/verdicts.json"
}

outcome() {
	jq -r .outcome "$OUT/evidence.json"
}

# modules_kit [VENDOR_PARAMETER...]: makes a kit, C/kit, whose L1 host runs steps of tests/inside/host before its run,
# and lockdown after it. That run puts the stock modules back.
modules_kit() {
	mkdir "$C/kit"
	cp -r "${EXITMETER_BUILD:-$TOP/build}"/{probe,cloud-init,host} "$C/kit/"
	cp "$TOP"/tests/inside/host/{steps,lockdown} "$C/kit/cloud-init/"
	sed -e "s|^\trun_one$|throwaway=()\n/payload/templates/steps $* > /dev/ttyS0 2>\&1\n&\n/payload/templates/lockdown > /dev/ttyS0 2>\&1|" \
		"${EXITMETER_BUILD:-$TOP/build}/host-init" > "$C/kit/host-init"
	grep -q templates/lockdown "$C/kit/host-init"
	chmod +x "$C/kit/host-init"
}

# Both scripts came to their end, and each of their checks was ok.
modules_said() {
	local said
	said=$(tr -d '\r' < "$OUT/host-console.log" | grep -aE '^(ok|FAIL|steps|lockdown): ')
	echo "$said"
	[[ $said == *"steps: done"*"lockdown: done" ]]
	[[ $said != *"FAIL: "* ]]
	[ "$(grep -c '^ok: ' <<< "$said")" -eq 68 ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# A kernel source of the user's own as the host's kernel: what build-host refuses, and in which words.

load ../lib/root.bash

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	mine=$BATS_TEST_TMPDIR/mine
	OUT=$BATS_TEST_TMPDIR/out
	own_source 6.1.200-mine
}

# bzimage RELEASE: prints a bzImage up to the header of the boot protocol, which says where the version stands.
bzimage() {
	head -c 526 /dev/zero
	printf '\000\004'	# at 0x400, from 0x200 on
	head -c 1008 /dev/zero
	printf '%s (me@here) #1 SMP\0' "$1"
}

# module RELEASE FILE: makes an object that modinfo takes for a module of that kernel.
module() {
	printf 'vermagic=%s SMP mod_unload \0' "$1" >"$BATS_TEST_TMPDIR/modinfo"
	# CC may be two words, as in CC="ccache gcc".
	read -ra cc <<<"${CC:-gcc}"
	echo | "${cc[@]}" -c -x c -o "$2" -
	objcopy --add-section .modinfo="$BATS_TEST_TMPDIR/modinfo" "$2"
}

# own_source RELEASE: makes a source that looks built, and has all that a host needs.
own_source() {
	local name
	mkdir -p "$mine"/{arch/x86/{boot,kvm},include/config}
	touch "$mine/arch/x86/kvm/Makefile"
	sed '/^#/d; s/^\([A-Z0-9_]*\)[|A-Z0-9_]*[ \t]*\([ym]\).*/CONFIG_\1=\2/; s/^\([A-Z0-9_]*\).*wish.*/CONFIG_\1=y/' \
		images/host-options.txt >"$mine/include/config/auto.conf"
	echo "$1" >"$mine/include/config/kernel.release"
	for name in kvm kvm-amd kvm-intel; do
		module "$1" "$mine/arch/x86/kvm/$name.ko"
		echo "arch/x86/kvm/$name.ko"
	done >"$mine/modules.order"
	touch "$mine"/{vmlinux,modules.builtin,modules.builtin.modinfo}
	bzimage "$1" >"$mine/arch/x86/boot/bzImage"
}

# refused WORDS...: the builder ends with 2 before it makes anything, and says each of WORDS.
refused() {
	local words
	# A builder that goes too far finds a mirror out of reach.
	MIRROR=http://127.0.0.1:9/debian run images/build-host --tree "$mine" "$OUT"
	echo "$output"
	[ "$status" -eq 2 ]
	[ ! -e "$OUT" ]
	for words; do
		[[ $output == *"$words"* ]]
	done
}

@test "a source that has all of it gets as far as the mirror" {
	need_root "a builder enters the build tree"
	MIRROR=http://127.0.0.1:9/debian run images/build-host --tree "$mine" "$OUT"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"MIRROR= names another"* ]]
	[ ! -e "$OUT" ]
}

@test "a source without a bzImage is told to be built" {
	rm "$mine/arch/x86/boot/bzImage"
	refused "has no arch/x86/boot/bzImage: run make there"
}

@test "each option that the host wants is named, with what for" {
	sed -i 's/^CONFIG_OVERLAY_FS=.*//; s/^CONFIG_MODULE_UNLOAD=.*//' "$mine/include/config/auto.conf"
	refused "CONFIG_OVERLAY_FS=y (a root that can be written to)" "CONFIG_MODULE_UNLOAD=y (KVM's modules are exchanged)"
	[[ $output != *CONFIG_EXT4_FS* ]]
}

@test "KVM built in is refused; what is a module elsewhere may be" {
	sed -i 's/^CONFIG_KVM=.*/CONFIG_KVM=y/; s/^CONFIG_EXT4_FS=.*/CONFIG_EXT4_FS=m/' "$mine/include/config/auto.conf"
	refused "CONFIG_KVM=m (is exchanged for the patched one)"
	[[ $output != *CONFIG_EXT4_FS* ]]
}

@test "what the host can do without is said, and no more" {
	need_root "a builder enters the build tree"
	sed -i '/HIST_TRIGGERS/d' "$mine/include/config/auto.conf"
	MIRROR=http://127.0.0.1:9/debian run images/build-host --tree "$mine" "$OUT"
	[ "$status" -eq 1 ]
	[[ $output == *"no CONFIG_HIST_TRIGGERS or CONFIG_BPF_EVENTS: the clause oracle-trace"* ]]
}

@test "a bzImage of another release, or older than vmlinux, is refused" {
	bzimage 6.1.199-mine >"$mine/arch/x86/boot/bzImage"
	refused "bzImage is 6.1.199-mine, and the source was prepared for 6.1.200-mine since: run make there"
	bzimage 6.1.200-mine >"$mine/arch/x86/boot/bzImage"
	touch -d '1 hour ago' "$mine/arch/x86/boot/bzImage"
	refused "bzImage is older than vmlinux: run make there"
}

@test "modules that are not there, or of another build, are refused" {
	module 6.1.199-mine "$mine/arch/x86/kvm/kvm-amd.ko"
	refused "kvm-amd.ko is of the kernel 6.1.199-mine, and the bzImage is 6.1.200-mine"
	rm "$mine/arch/x86/kvm/kvm-amd.ko"
	refused "has no arch/x86/kvm/kvm-amd.ko: run make there"
}

@test "a folder that is neither a build tree nor a source of Linux is refused" {
	rm "$mine/arch/x86/kvm/Makefile"
	refused "is it a tree of images/build-tree, or a source of Linux?"
}

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What those scripts share that boot a machine which is nothing but a kernel and its KVM. Source images/lib.sh and
# kernel-patch/lib.bash (for TREE, own and kernel) before it, and set $top to the checkout.
# shellcheck disable=SC2154 # top is the caller's; the others are lib.bash's

# The number of QEMU's emulated CPUs. Guests run on all but the first (images/README.md, ERRATA, Q1), so on two at once.
# shellcheck disable=SC2034 # for who reads this file
MACHINE_CPUS=3

# The compiler, which may be two words, as in CC="ccache gcc".
read -ra cc <<<"${CC:-gcc}"

# compile_init SOURCE FILE [SOURCE...]: compiles the sources, machine.c and vm.c to the init FILE.
compile_init() {
	local kernel_tests=$top/tests/kernel source=$1 to=$2 gen
	shift 2
	gen=$(mktemp -d)
	"$top/kernel-patch/gen-reasons" --harness >"$gen/reasons.gen.h"
	"${cc[@]}" -O2 -Wall -Wextra -static -pthread -I"$gen" -I"$kernel_tests" -o "$to" \
		"$source" "$@" "$kernel_tests/machine.c" "$kernel_tests/vm.c" || { rm -r -- "$gen"; die 1 "$source does not compile (see above)"; }
	rm -r -- "$gen"
}

# tsc_khz: prints how many thousand times a second this machine's TSC ticks.
tsc_khz() {
	local dir
	dir=$(mktemp -d)
	"${cc[@]}" -O2 -Wall -Wextra -I "$top/harness" -o "$dir/tsc-khz" "$top/tests/kernel/tsc-khz.c" "$top/harness/vm/tsc_rate.c"
	"$dir/tsc-khz"
	rm -r -- "$dir"
}

# nudge: prints a key press for QEMU's monitor now and then. An emulated SVM machine that has lost its
# timer's interrupt goes on with any other (images/README.md, ERRATA, Q2).
nudge() {
	while sleep 5 && echo 'sendkey shift'; do :; done
}

# kernel_image: prints the path of the kernel's file that an emulator boots.
kernel_image() {
	local image=$TREE/boot/vmlinuz-$kernel
	[ -z "$own" ] || image=$TREE/arch/x86/boot/bzImage
	[ -f "$image" ] || die 2 "$TREE has no bootable kernel: $image is missing"
	printf '%s\n' "$image"
}

# unpack_module NAME FOLDER: puts the kernel's own module NAME into FOLDER, unpacked. Later suites compress modules.
unpack_module() {
	local file from=$TREE/lib/modules/$kernel/kernel
	[ -z "$own" ] || from=$TREE
	file=$(find "$from" -name "$1.ko" -o -name "$1.ko.xz" -o -name "$1.ko.zst")
	case $file in
	*.ko) cp -- "$file" "$2/" ;;
	*.ko.xz) xz -dc "$file" >"$2/$1.ko" ;;
	*.ko.zst) zstd -qdc "$file" >"$2/$1.ko" ;;
	*) die 2 "$TREE has no $1.ko for $kernel" ;;
	esac
}

# list_needed NAME: prints the modules that the kernel's own module NAME needs, each after those that it needs itself.
list_needed() {
	local dir name
	dir=$(mktemp -d)
	unpack_module "$1" "$dir"
	for name in $(modinfo -F depends "$dir/$1.ko" | tr ',' ' '); do
		list_needed "$name"
		echo "$name"
	done
	rm -r -- "$dir"
}

# unpack_needed FOLDER: puts the modules into FOLDER that KVM's modules need besides each other, and their names into
# FOLDER/needed, in the order in which they must be loaded. Some kernels' KVM wants AMD's crypto driver.
unpack_needed() {
	local name to=$1
	{ list_needed kvm; list_needed kvm-amd; } | awk '$1 != "kvm" && !seen[$1]++' >"$to/needed"
	while read -r name; do
		unpack_module "$name" "$to"
	done <"$to/needed"
}

# pack_initrd FOLDER FILE: packs what is in FOLDER as the initrd FILE.
pack_initrd() { (cd "$1" && find . | cpio -o -H newc -R 0:0 --quiet) >"$2"; }

# want_kernel FOLDER...: ends the script where what is in a FOLDER was built for another kernel than TREE's.
want_kernel() {
	local folder of
	for folder; do
		of=$(json_field "$folder/build.json" kernel)
		[ "$of" = "$kernel" ] || die 2 "$folder is for the kernel $of, and $TREE has $kernel: build it anew"
	done
}

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the scripts share that boot a machine which is nothing but a kernel and its KVM. Wants
# images/lib.sh and kernel-patch/lib.bash (for TREE and kernel), and $top, the checkout.
# shellcheck disable=SC2154 # top is the caller's

# compile_init SOURCE FILE: an init made of SOURCE and machine.c.
compile_init() {
	local kernel_tests=$top/tests/kernel gen
	gen=$(mktemp -d)
	"$top/kernel-patch/gen-reasons" --harness >"$gen/reasons.gen.h"
	"${CC:-gcc}" -O2 -Wall -Wextra -Werror -static -pthread -I"$gen" -I"$kernel_tests" -o "$2" \
		"$1" "$kernel_tests/machine.c" "$kernel_tests/vm.c" || { rm -r -- "$gen"; die 1 "$1 does not compile (see above)"; }
	rm -r -- "$gen"
}

# unpack_module NAME FOLDER: the kernel's own module; later suites compress them.
unpack_module() {
	local file
	file=$(find "$TREE/lib/modules/$kernel/kernel" -name "$1.ko*")
	case $file in
	*.ko) cp -- "$file" "$2/" ;;
	*.ko.xz) xz -dc "$file" >"$2/$1.ko" ;;
	*) die 2 "$TREE has no $1.ko for $kernel" ;;
	esac
}

# pack_initrd FOLDER FILE
pack_initrd() { (cd "$1" && find . | cpio -o -H newc -R 0:0 --quiet) >"$2"; }

# want_kernel FOLDER...: all are for the kernel of TREE.
want_kernel() {
	local folder of
	for folder; do
		of=$(json_field "$folder/build.json" kernel)
		[ "$of" = "$kernel" ] || die 2 "$folder is for the kernel $of, and $TREE has $kernel: build it anew"
	done
}

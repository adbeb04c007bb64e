# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Functions for a host image whose kernel is the user's own: a source of Linux that was configured and built
# in place. The source is only read. build-host sources this file after lib.sh, with `here` set to this folder.
# shellcheck disable=SC2154 # here, KERNEL and the lists of modules are set by build-host

# is_own_kernel: whether TREE is a source of Linux, and not a tree of images/build-tree.
is_own_kernel() { [ ! -f "$TREE/tree.json" ] && [ -f "$TREE/arch/x86/kvm/Makefile" ]; }

# bzimage_version FILE: prints the kernel's own version text, "RELEASE (WHO@WHERE) #N ...", which the header of
# the boot protocol points to.
bzimage_version() {
	local at
	at=$(od -An -tu2 -j 526 -N 2 -- "$1" | tr -d ' ')
	dd if="$1" bs=1 skip=$((at + 512)) count=256 status=none | tr '\0' '\n' | awk 'NR == 1'
}

# has_option OPTION|OPTION VALUES: whether the kernel was built with one of the options set to one of VALUES.
# This reads auto.conf, since .config may have been changed after the build.
has_option() {
	local option
	for option in ${1//|/ }; do
		! grep -qx "CONFIG_$option=[${2/wish/ym}]" "$TREE/include/config/auto.conf" || return 0
	done
	return 1
}

check_options() {
	local option values reason missing=()
	while read -r option values reason; do
		if [[ $option == '#'* ]] || has_option "$option" "$values"; then
			continue
		elif [ "$values" = wish ]; then
			say "$TREE has no CONFIG_${option//|/ or CONFIG_}: $reason"
		else
			missing+=("CONFIG_$option=${values:0:1} ($reason)")
		fi
	done <"$here/host-options.txt"
	[ ${#missing[@]} -eq 0 ] || die 2 "the kernel in $TREE cannot be the host; it wants$(printf '\n  %s' "${missing[@]}")
set these in $TREE/.config and run make"
}

# modules_of_build: prints the paths of the .ko files below TREE. In modules.order, older kernels begin them with
# kernel/, and newer ones end them with .o.
modules_of_build() { sed 's|^kernel/||; s|\.o$|.ko|' "$TREE/modules.order"; }

# A module of another build would fail only when the L1 loads it, so it is refused here.
check_modules() {
	local file of
	for file in arch/x86/kvm/{kvm,kvm-amd,kvm-intel}.ko; do
		[ -f "$TREE/$file" ] || die 2 "$TREE has no $file: run make there"
		of=$(modinfo -F vermagic "$TREE/$file")
		[ "${of%% *}" = "$KERNEL" ] ||
			die 2 "$TREE/$file is of the kernel ${of%% *}, and the bzImage is $KERNEL: run make there, of both"
	done
}

# Checks that TREE is built and fit to be the host, and sets KERNEL.
check_own_kernel() {
	local bzimage=$TREE/arch/x86/boot/bzImage built
	[ -f "$bzimage" ] || die 2 "$TREE has no arch/x86/boot/bzImage: run make there"
	[[ -f $TREE/include/config/auto.conf && -f $TREE/include/config/kernel.release && -f $TREE/modules.order ]] ||
		die 2 "$TREE is not built: run make there (a build with O= is not supported)"
	check_options
	KERNEL=$(<"$TREE/include/config/kernel.release")
	built=$(bzimage_version "$bzimage")
	[ "${built%% *}" = "$KERNEL" ] ||
		die 2 "$bzimage is ${built%% *}, and the source was prepared for $KERNEL since: run make there"
	[ ! "$TREE/vmlinux" -nt "$bzimage" ] || die 2 "$bzimage is older than vmlinux: run make there"
	check_modules
}

# Prints a hash of what the host image takes from TREE.
own_kernel_recipe() {
	local file
	{
		printf '%s\n' "$KERNEL"
		sha256sum <"$TREE/arch/x86/boot/bzImage"
		while read -r file; do
			sha256sum <"$TREE/$file"
		done < <(modules_of_build)
	} | sha256sum
}

# stage_own_kernel FOLDER: puts the kernel and its modules there as `make install modules_install` would, but
# writes nothing in TREE, and leaves out debug information, which nothing here reads.
stage_own_kernel() {
	local to=$1/lib/modules/$KERNEL file
	mkdir -p "$1/boot" "$to/kernel"
	cp -- "$TREE/arch/x86/boot/bzImage" "$1/boot/vmlinuz-$KERNEL"
	cp -- "$TREE"/modules.{builtin,builtin.modinfo} "$to/"
	modules_of_build | sed 's|^|kernel/|' >"$to/modules.order"
	while read -r file; do
		mkdir -p "$to/kernel/${file%/*}"
		objcopy --strip-debug "$TREE/$file" "$to/kernel/$file" || die 2 "$TREE/$file is damaged or not there: run make modules there"
	done < <(modules_of_build)
	depmod -b "$1" "$KERNEL"
	# ext4 asks for crc32c_generic by the name of its algorithm, which modules.dep does not show.
	VIRTIO_MODULES="crc32c_generic $VIRTIO_MODULES"
	ATA_MODULES="crc32c_generic $ATA_MODULES"
}

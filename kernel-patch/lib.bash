# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What build-modules and lint share: the build tree, and KVM's source set up so that it builds outside
# a full kernel source. Wants images/lib.sh, TREE, and in $here this folder.
# shellcheck disable=SC2154 # here is the caller's

suite='' kernel='' version='' source=''
# Where the source and the kernel's build folder are for what in_tree runs; own: TREE is the user's
# own source of Linux, not one of images/build-tree; running: one of images/build-running-tree.
inner_source='' build='' own='' running=''

# A field of the one-level JSON that our scripts write, a field a line.
json_field() {
	sed -n "s/^ *\"$2\": \"\(.*\)\",\{0,1\}\$/\1/p" "$1"
}

# A source of Linux that the user has configured and built, or at least prepared for modules.
read_own_tree() {
	local option
	own=1 suite=own inner_source=$TREE build=$TREE
	[[ $TREE/ != /mnt/* ]] || die 2 "$TREE is below /mnt, which the build covers: move it"
	[ -f "$TREE/.config" ] || die 2 "$TREE is not configured: copy your .config there and run make olddefconfig"
	[[ -f $TREE/include/generated/autoconf.h && -x $TREE/scripts/mod/modpost && -f $TREE/include/config/kernel.release ]] ||
		die 2 "$TREE is not prepared: run make there, or make modules_prepare (a build with O= is not supported)"
	[ -s "$TREE/Module.symvers" ] ||
		die 2 "$TREE has no Module.symvers: run make there, or copy that of the very kernel that shall load the modules"
	for option in KVM KVM_AMD KVM_INTEL; do
		grep -qx "CONFIG_$option=m" "$TREE/.config" || die 2 "CONFIG_$option is not m in $TREE/.config: set it and run make"
	done
	kernel=$(<"$TREE/include/config/kernel.release")
	version=$kernel
}

# What the tree is, for recipes.
tree_recipe() {
	if [ -z "$own" ]; then
		json_field "$TREE/tree.json" recipe
		return
	fi
	(cd "$TREE" && {
		cat .config Module.symvers
		find arch/x86/kvm arch/x86/include virt/kvm -type f \( -name '*.[chS]' -o -name 'Makefile*' \) -exec sha256sum {} + | sort
	} | sha256sum)
}

# Sets suite, kernel, version and source (a path inside the tree).
read_tree() {
	local json=$TREE/tree.json
	if [[ ! -f $json && -f $TREE/arch/x86/kvm/Makefile ]]; then
		read_own_tree
		return
	fi
	[ -f "$json" ] || die 2 "$TREE is no finished build tree; make one with images/build-tree"
	suite=$(json_field "$json" suite)
	kernel=$(json_field "$json" kernel)
	version=$(json_field "$json" version)
	source=$(json_field "$json" source)
	[[ -n $suite && -n $kernel && -n $version && -d $TREE$source/arch/x86/kvm ]] ||
		die 2 "$json does not describe its tree; remove $TREE and run images/build-tree"
	inner_source=$source build=/lib/modules/$kernel/build
	[ "$(json_field "$json" kind)" = running-tree ] || return 0
	running=1 inner_source=$TREE$source
	[[ $TREE/ != /mnt/* ]] || die 2 "$TREE is below /mnt, which the build covers: choose another CACHE"
	[ -e "$build/Makefile" ] || die 77 "the headers of $kernel are gone: images/build-running-tree installs them"
}

# What in_tree is for the user's own tree and for the running kernel's: this machine's compiler.
on_machine() {
	local space=(--mount)
	[ "$(id -u)" -eq 0 ] || space+=(--map-root-user)
	# shellcheck disable=SC2016 # expanded by the inner shell
	run unshare "${space[@]}" sh -euc '
		mount --bind "$1" /mnt
		shift
		exec /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C "$@"
	' sh "$@"
}

# in_tree FOLDER COMMAND...: run COMMAND as root of TREE with FOLDER at /mnt.
in_tree() {
	if [ -n "$own$running" ]; then
		on_machine "$@"
		return
	fi
	[ "$(id -u)" -eq 0 ] || die 77 "this enters $TREE: run it as root"
	# shellcheck disable=SC2016 # expanded by the inner shell
	run unshare --mount sh -euc '
		tree=$1 folder=$2
		shift 2
		mount --bind "$folder" "$tree/mnt"
		mount --rbind /proc "$tree/proc"
		mount --rbind /dev "$tree/dev"
		exec chroot "$tree" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C "$@"
	' sh "$TREE" "$@"
}

# copy_tree_source TO: what the tree has of its kernel's source, pristine. With the version in it, so that
# apply-hooks can tell it.
copy_tree_source() {
	mkdir -p "$1/arch/x86" "$1/virt" "$1/include/linux"
	cp -r -- "$TREE$source/arch/x86/kvm" "$TREE$source/arch/x86/include" "$1/arch/x86/"
	cp -r -- "$TREE$source/virt/kvm" "$1/virt/"
	cp -- "$TREE$source/include/linux/kvm_host.h" "$1/include/linux/"
	cp -- "$TREE$source/Makefile" "$1/"
}

# patch_source FOLDER: a copy of the tree's source in FOLDER/src, with the hooks in it and able to be
# built there.
patch_source() {
	local to=$1/src
	copy_tree_source "$to"
	if [[ -n $own ]] && grep -q exitmeter "$to/arch/x86/kvm/Makefile"; then
		check_applied
	else
		run "$here/apply-hooks" "$to" || die 1 "the counter code does not fit $version (see above)"
	fi
	# What the user's own build left.
	find "$to" -type f \( -name '*.o' -o -name '*.ko' -o -name '*.mod' -o -name '*.mod.c' -o -name '*.s' -o -name '.*.cmd' \) -delete
	make_standalone "$to"
}

# That the series the user's tree has in it is the one of this folder.
check_applied() {
	local file
	for file in "$here"/exitmeter*.[ch]; do
		cmp -s -- "$file" "$TREE/arch/x86/kvm/${file##*/}" || cmp -s -- "$file" "$TREE/arch/x86/include/asm/${file##*/}" ||
			die 2 "$TREE has another version of the series in it (${file##*/} differs): take that out, or apply make patches"
	done
}

# replace_once FILE OLD NEW: fixed text, once or never.
replace_once() {
	local file=$1 old=$2 new=$3 text
	text=$(<"$file")
	[[ $text == *"$old"* && ${text#*"$old"} != *"$old"* ]] ||
		die 1 "wanted '$old' once in ${file#*/src/}: this kernel's build differs; see README.md, \"Kernels\""
	printf '%s\n' "${text/"$old"/"$new"}" >"$file"
}

# KVM's Makefile takes all from $(srctree), which is the headers package here.
make_standalone() {
	local makefile=$1/arch/x86/kvm/Makefile include
	# shellcheck disable=SC2016 # make's variables
	{
		# Up to 5.10 by another path.
		include='-I $(srctree)/arch/x86/kvm'
		! grep -q -- '-Iarch/x86/kvm' "$makefile" || include=-Iarch/x86/kvm
		replace_once "$makefile" "$include" '-I $(src) -I $(src)/../../../virt/kvm'
		# Up to 5.10 KVM's Makefile lists the files of virt/kvm itself.
		[ ! -f "$1/virt/kvm/Makefile.kvm" ] || replace_once "$makefile" \
			'include $(srctree)/virt/kvm/Makefile.kvm' 'include $(src)/../../../virt/kvm/Makefile.kvm'
		# In 7.2: which files may export symbols to whom is checked in the source.
		! grep -q '^exports_grep_trailer' "$makefile" || replace_once "$makefile" \
			'$(srctree)/virt/kvm $(srctree)/arch/x86/kvm' '$(src)/../../../virt/kvm $(src)'
		# So that the changed kvm_host.h, both of them, win over the headers package's.
		printf '%s\n' 'NOSTDINC_FLAGS += -I$(src)/../include -I$(src)/../../../include' >>"$makefile"
	}
}

# Whether the kernel takes the versions of exported symbols from debug information (Ubuntu's since 7.0 does).
needs_debug_info() { in_tree "$1" grep -qsx CONFIG_GENDWARFKSYMS=y "$build/.config"; }

# make_kvm FOLDER ARGUMENT...: build FOLDER/src. No debug information in the modules, and where it can be helped
# none is made: it costs half the time.
# srcversion is forced on: it is how a loaded module is proved to be the one built.
make_kvm() {
	local folder=$1 without=(CONFIG_DEBUG_INFO=)
	shift
	! needs_debug_info "$folder" || without=()
	in_tree "$folder" make -s -C "$build" M=/mnt/src/arch/x86/kvm \
		-j"$(nproc)" "${without[@]}" CONFIG_DEBUG_INFO_BTF_MODULES= \
		CONFIG_MODULE_SRCVERSION_ALL=y "$@" || return
	[ ${#without[@]} -gt 0 ] ||
		in_tree "$folder" find /mnt/src/arch/x86/kvm -maxdepth 1 -name '*.ko' -exec strip --strip-debug {} +
}

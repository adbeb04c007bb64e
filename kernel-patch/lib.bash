# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What build-modules and lint share: the build tree, and KVM's source set up so
# that it builds outside a full kernel source. The caller sets $me and has die().

# A field of the one-level JSON that our scripts write, a field a line.
json_field() {
	sed -n "s/^ *\"$2\": \"\(.*\)\",\{0,1\}\$/\1/p" "$1"
}

# Sets suite, kernel, version and source (a path inside the tree).
read_tree() {
	local tree=$1
	[[ -f $tree/tree.json ]] || die 2 "$tree is no finished build tree; make one with images/build-tree"
	suite=$(json_field "$tree/tree.json" suite)
	kernel=$(json_field "$tree/tree.json" kernel)
	version=$(json_field "$tree/tree.json" version)
	source=$(json_field "$tree/tree.json" source)
	[[ -n $suite && -n $kernel && -n $version && -d $tree$source/arch/x86/kvm ]] ||
		die 2 "$tree/tree.json does not describe the tree; remove $tree and run images/build-tree"
}

# run_child COMMAND...: like COMMAND, but a signal's trap need not wait for its end.
run_child() {
	"$@" &
	child=$!
	local status=0
	wait "$child" || status=$?
	child=
	return "$status"
}

# For traps: end what run_child started.
end_child() {
	[[ -n ${child:-} ]] || return 0
	kill -KILL "$child" 2>/dev/null || true
	wait "$child" 2>/dev/null || true
}

# in_tree TREE FOLDER COMMAND...: run COMMAND as root of TREE with FOLDER at /mnt.
# Its mounts and processes are in namespaces of their own, and all of it ends when
# the calling shell does, kill -9 included.
in_tree() {
	local -a how=(setpriv --pdeathsig KILL unshare --mount --pid --fork --kill-child)
	((EUID == 0)) || how+=(--map-root-user --map-auto)
	# shellcheck disable=SC2016 # expanded by the inner shell
	"${how[@]}" sh -euc '
		tree=$1 folder=$2
		shift 2
		mount --bind "$folder" "$tree/mnt"
		mount -t proc proc "$tree/proc"
		mount --rbind /dev "$tree/dev"
		exec chroot "$tree" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C "$@"
	' sh "$@" </dev/null
}

# Copy the folders of the source that a module build changes or needs.
copy_source() {
	local from=$1 to=$2
	mkdir -p "$to/arch/x86" "$to/virt"
	cp -r -- "$from/arch/x86/kvm" "$from/arch/x86/include" "$to/arch/x86/"
	cp -r -- "$from/virt/kvm" "$to/virt/"
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
	local makefile=$1/arch/x86/kvm/Makefile
	# shellcheck disable=SC2016 # make's variables
	{
		replace_once "$makefile" '-I $(srctree)/arch/x86/kvm' '-I $(src) -I $(src)/../../../virt/kvm'
		replace_once "$makefile" 'include $(srctree)/virt/kvm/Makefile.kvm' \
			'include $(src)/../../../virt/kvm/Makefile.kvm'
		# So that the changed asm/kvm_host.h wins over the headers package's.
		printf '%s\n' 'NOSTDINC_FLAGS += -I$(src)/../include' >>"$makefile"
	}
}

# make_kvm TREE FOLDER KERNEL ARGUMENT...: FOLDER/src is built. No debug information:
# it costs half the time. srcversion is forced on: it is how a loaded module is
# proved to be the one built.
make_kvm() {
	local tree=$1 folder=$2 kernel=$3
	shift 3
	in_tree "$tree" "$folder" make -s -C "/lib/modules/$kernel/build" M=/mnt/src/arch/x86/kvm \
		-j"$(nproc)" CONFIG_DEBUG_INFO= CONFIG_DEBUG_INFO_BTF_MODULES= \
		CONFIG_MODULE_SRCVERSION_ALL=y "$@"
}

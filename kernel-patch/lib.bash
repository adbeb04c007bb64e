# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What the scripts of this folder share: which files the counter code has, what a build tree is, and how
# KVM is compiled outside of a whole kernel source. The script that sources this file has sourced
# images/lib.sh before, sets `here` to this folder, and sets TREE before it calls read_tree.
# shellcheck disable=SC2154 # here is set by the script that sources this file

# The files of the counter code that are compiled, in the order in which they are linked.
# shellcheck disable=SC2034 # used by the scripts that source this file
COUNTER_C=(exitmeter.c exitmeter-params.c exitmeter-vms.c)

# The modules that are built.
# shellcheck disable=SC2034 # used by the scripts that source this file
MODULES=(kvm kvm-amd kvm-intel)

suite='' kernel='' version='' source=''
# inner_source and build are where the programs that in_tree runs find the source and the kernel's build
# folder. own is set if TREE is a source of Linux that the user has built, and running if
# images/build-running-tree made TREE; otherwise images/build-tree did.
inner_source='' build='' own='' running=''

# json_field FILE NAME: prints a field of the JSON that our scripts write, which has one field on each line.
json_field() {
	sed -n "s/^ *\"$2\": \"\(.*\)\",\{0,1\}\$/\1/p" "$1"
}

# For a source of Linux that the user has configured and built, or at least prepared for modules.
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

# Prints what identifies the tree in a recipe.
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

# Reads TREE's description, and sets the variables above. source is a path inside the tree.
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

# in_tree does this for the user's own tree and for the running kernel's: it uses this machine's compiler.
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

# require_tree_rights: exits with 77 where this process may not do what in_tree does, and names what it may not.
require_tree_rights() {
	if [ "$(id -u)" -eq 0 ]; then require_rights namespaces chroot programs; else require_rights programs; fi
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

# copy_tree_source TO: copies the unchanged KVM source of TREE, and the Makefile, in which apply-hooks
# reads the version.
copy_tree_source() {
	mkdir -p "$1/arch/x86" "$1/virt" "$1/include/linux"
	cp -r -- "$TREE$source/arch/x86/kvm" "$TREE$source/arch/x86/include" "$1/arch/x86/"
	cp -r -- "$TREE$source/virt/kvm" "$1/virt/"
	cp -- "$TREE$source/include/linux/kvm_host.h" "$1/include/linux/"
	cp -- "$TREE$source/Makefile" "$1/"
}

# patch_source FOLDER: copies the tree's source to FOLDER/src, puts the counter code into it, and makes it
# compile there.
patch_source() {
	local to=$1/src
	copy_tree_source "$to"
	if [[ -n $own ]] && grep -q exitmeter "$to/arch/x86/kvm/Makefile"; then
		check_applied
	else
		run "$here/apply-hooks" "$to" || die 1 "the counter code does not fit $version (see above)"
	fi
	# The user's own build may have left its output.
	find "$to" -type f \( -name '*.o' -o -name '*.ko' -o -name '*.mod' -o -name '*.mod.c' -o -name '*.s' -o -name '.*.cmd' \) -delete
	make_standalone "$to"
}

# The series is in the user's tree already: it must be that of this folder.
check_applied() {
	local file
	for file in "$here"/exitmeter*.[ch]; do
		cmp -s -- "$file" "$TREE/arch/x86/kvm/${file##*/}" || cmp -s -- "$file" "$TREE/arch/x86/include/asm/${file##*/}" ||
			die 2 "$TREE has another version of the series in it (${file##*/} differs): take that out, or apply make patches"
	done
}

# replace_once FILE OLD NEW: replaces a fixed text, which FILE must have exactly once.
replace_once() {
	local file=$1 old=$2 new=$3 text
	text=$(<"$file")
	[[ $text == *"$old"* && ${text#*"$old"} != *"$old"* ]] ||
		die 1 "wanted '$old' once in ${file#*/src/}: this kernel's build differs; see README.md, \"Kernels\""
	printf '%s\n' "${text/"$old"/"$new"}" >"$file"
}

# make_standalone SOURCE: KVM's Makefile looks for everything in $(srctree), which is the headers package
# here, so its paths are changed to those of SOURCE.
make_standalone() {
	local makefile=$1/arch/x86/kvm/Makefile include
	# shellcheck disable=SC2016 # make's variables
	{
		# Kernels up to 5.10 write another path.
		include='-I $(srctree)/arch/x86/kvm'
		! grep -q -- '-Iarch/x86/kvm' "$makefile" || include=-Iarch/x86/kvm
		replace_once "$makefile" "$include" '-I $(src) -I $(src)/../../../virt/kvm'
		# Up to 5.10 KVM's Makefile lists the files of virt/kvm itself.
		[ ! -f "$1/virt/kvm/Makefile.kvm" ] || replace_once "$makefile" \
			'include $(srctree)/virt/kvm/Makefile.kvm' 'include $(src)/../../../virt/kvm/Makefile.kvm'
		# 7.2 searches the source for symbols that are exported to all modules.
		! grep -q '^exports_grep_trailer' "$makefile" || replace_once "$makefile" \
			'$(srctree)/virt/kvm $(srctree)/arch/x86/kvm' '$(src)/../../../virt/kvm $(src)'
		# Both files kvm_host.h are changed, and must be found before those of the headers package.
		printf '%s\n' 'NOSTDINC_FLAGS += -I$(src)/../include -I$(src)/../../../include' >>"$makefile"
		# The kernel links modules by name, and where it has no MODVERSIONS by nothing else. Structures differ, so
		# the vendors' modules must not link with a stock kvm.ko, nor stock ones with ours. All of them want this one.
		printf '%s\n' 'ccflags-y += -Dkvm_init=exitmeter_kvm_init' >>"$makefile"
	}
}

# needs_debug_info FOLDER: whether the kernel computes the versions of exported symbols from debug
# information, as Ubuntu's does since 7.0.
needs_debug_info() { in_tree "$1" grep -qsx CONFIG_GENDWARFKSYMS=y "$build/.config"; }

# set_make_command ARGUMENT...: sets MAKE_COMMAND to the command that compiles the source at /mnt/src.
# MODULE_SRCVERSION_ALL is set because the harness recognizes a loaded module by its srcversion.
set_make_command() {
	MAKE_COMMAND=(make -s -C "$build" M=/mnt/src/arch/x86/kvm -j"$(nproc)"
		CONFIG_DEBUG_INFO_BTF_MODULES= CONFIG_MODULE_SRCVERSION_ALL=y "$@")
}

# make_kvm FOLDER ARGUMENT...: compiles FOLDER/src. The modules get no debug information; where the kernel does
# not need it, it is not even generated, which halves the time.
make_kvm() {
	local folder=$1 without=(CONFIG_DEBUG_INFO=)
	shift
	! needs_debug_info "$folder" || without=()
	set_make_command "${without[@]}" "$@"
	in_tree "$folder" "${MAKE_COMMAND[@]}" || return
	[ ${#without[@]} -gt 0 ] ||
		in_tree "$folder" find /mnt/src/arch/x86/kvm -maxdepth 1 -name '*.ko' -exec strip --strip-debug {} +
}

# list_designators FILE TABLE: prints the designators of TABLE's initializer, what is between [ and ], and
# the preprocessor lines around them.
list_designators() {
	awk -v table="$2" '
		index($0, table "[])(") { inside = 1; next }
		inside && /^};/ { done = 1; exit }
		inside && /^#/ { print }
		inside && /^\t\[.*\][ \t]*=/ { sub(/^\t\[/, ""); sub(/\][ \t]*=.*/, ","); print }
		END { if (!done) exit 1 }
	' "$1" || die 1 "cannot read $2 in $1"
}

# number_program VENDOR: prints a C program that prints the values of the designators on standard input.
number_program() {
	printf '#include <stdio.h>\n#include <asm/kvm.h>\n#include <asm/%s.h>\n' "$1"
	printf 'static const unsigned long long enabled[] = {\n'
	cat
	printf '};\n\nint main(void)\n{\n'
	printf '\tfor (unsigned int i = 0; i < sizeof(enabled) / sizeof(enabled[0]); i++)\n'
	printf '\t\tprintf("%%5llu 0x%%llx\\n", enabled[i], enabled[i]);\n\treturn 0;\n}\n'
}

# list_enabled VENDOR FILE TABLE: writes the list of the reasons for which the unpatched KVM has a handler.
# The table of handlers in KVM's source names them; the compiler turns the names into numbers, with the
# kernel's own headers and configuration.
list_enabled() {
	local vendor=$1 file=$TREE$source/arch/x86/kvm/$2 program=enabled-$1 count
	list_designators "$file" "$3" >"$WORK/designators"
	number_program "$vendor" <"$WORK/designators" >"$WORK/$program.c"
	in_tree "$WORK" gcc -I"$inner_source/arch/x86/include/uapi" \
		-include "$build/include/generated/autoconf.h" \
		-o "/mnt/$program" "/mnt/$program.c" ||
		die 1 "cannot compile the numbers of $3 (see above)"
	in_tree "$WORK" "/mnt/$program" | sort -u | awk -v title="# vendor $vendor kernel $kernel" \
		'BEGIN { print title } { print $2 }' >"$STAGE/$program.txt"
	count=$(grep -c '^0x' "$STAGE/$program.txt" || true)
	((count > 30)) || die 1 "$3 in $file has only $count handlers that could be read, wanted more than 30"
}

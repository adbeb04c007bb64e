# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Functions for file systems that are the same, byte for byte, whenever and wherever they are made from the
# same packages, so that two machines measure the same image. build-host and build-guest source this file,
# after lib.sh.

# The time that all files of an image get which this build has written. settle sets it.
EPOCH=

# settle TREE: the files of packages keep their times, since Python compares them with its compiled files. The
# files that this build has written get the time of the newest of them. apt's folders for downloads belong
# to root or to apt's own user, depending on whether that user can enter the cache; here they get root.
settle() {
	local newest
	find "$1" -path "*/apt/*" -name partial -exec chown 0:0 {} +
	newest=$(find "$1" ! -newer "$WORK/begun" -printf '%T@\n' | sort -n | tail -n 1)
	newest=${newest:-0}
	EPOCH=${newest%.*}
	find "$1" -newer "$WORK/begun" -exec touch -h -d "@$EPOCH" {} +
}

# uuid_of NAME: prints a UUID, which is always the same for a name.
uuid_of() {
	printf 'exitmeter %s' "$1" | sha256sum |
		sed -E 's/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*/\1-\2-4\3-8\4-\5/'
}

# times_script TREE: prints commands for debugfs that set the times which cannot be set in a tree: "sif" sets a
# field of an inode.
times_script() {
	find "$1" -printf '/%P\n' | awk -v epoch="$EPOCH" '{
		for (i = split("atime ctime crtime", field, " "); i > 0; i--)
			printf "sif \"%s\" %s @%s\n", $0, field[i], epoch }'
}

# make_ext4 TREE FILE MIB LABEL MKE2FS_OPTION...: makes a file system of TREE in FILE. All features are listed,
# so that every machine's mke2fs makes the same file system, which GRUB 2.06 and Linux 5.4 can read.
make_ext4() {
	local tree=$1 file=$2 mib=$3 label=$4 uuid
	shift 4
	uuid=$(uuid_of "$label")
	settle "$tree"
	truncate -s "${mib}M" "$file"
	chmod 666 "$file"
	cat >"$WORK/mke2fs.conf" <<-'END'
	[fs_types]
	ext4 = {
	features = has_journal,extent,flex_bg,64bit,dir_nlink,extra_isize,sparse_super,large_file,huge_file,filetype,dir_index,ext_attr,resize_inode,metadata_csum
	inode_size = 256
	}
	small = {
	}
	END
	run env MKE2FS_CONFIG="$WORK/mke2fs.conf" E2FSPROGS_FAKE_TIME="$EPOCH" mke2fs -q -F -t ext4 -L "$label" \
		-m 0 -U "$uuid" -E "lazy_itable_init=0,lazy_journal_init=0,hash_seed=$uuid" "$@" -d "$tree" "$file" ||
		die 1 "mke2fs could not make $label of $tree"
	times_script "$tree" >"$WORK/times"
	run env E2FSPROGS_FAKE_TIME="$EPOCH" debugfs -w -f "$WORK/times" "$file" >"$WORK/debugfs.log" 2>&1 ||
		die 1 "debugfs could not set the times in $label"
	chmod 644 "$file"
}

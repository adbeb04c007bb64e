# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Fetches the whole source of a build tree's kernel; the tree itself keeps only what KVM needs. Source images/lib.sh
# and kernel-patch/lib.bash before it, and call read_tree and build_open.
# shellcheck disable=SC2154 # source and version are lib.bash's

# fetch_source PACKAGE: fetches its .deb into $WORK/apt. This machine's apt does it, because it knows the way to the
# mirrors, with the tree's sources and keys. Its lists are in a folder of their own, so that the tree does not change.
fetch_source() {
	local apt=$WORK/apt options
	options=(-o Dir::Etc="$TREE/etc/apt" -o Dir::State::status="$TREE/var/lib/dpkg/status"
		-o Dir::State::Lists="$apt/lists" -o Dir::Cache="$apt/cache" -o APT::Architecture=amd64
		-o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Check-Valid-Until=false
		-o Acquire::Retries=3)
	mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
	run apt-get -qq "${options[@]}" update || die 1 "the tree's mirror cannot be reached (see above)"
	run env -C "$apt" apt-get -qq "${options[@]}" download "$1=$version" ||
		die 1 "the mirror no longer has $1 $version: make the tree anew, images/build-tree --force $TREE"
}

# unpack_source FOLDER [MEMBER...]: unpacks the source, or those parts of it, into FOLDER.
unpack_source() {
	local folder=$1 package=${source##*/}
	shift
	fetch_source "$package"
	mkdir "$folder"
	run dpkg-deb --extract "$WORK"/apt/"$package"_*.deb "$WORK/deb"
	run tar -C "$folder" --strip-components=1 -xJf "$WORK/deb/usr/src/$package.tar.xz" "${@/#/$package/}" ||
		die 1 "$package lacks a part that is wanted (see above)"
	rm -rf -- "$WORK/deb" "$WORK/apt"
}

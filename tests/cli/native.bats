#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# HOST=native as far as it goes without a VM: where source and headers of the running kernel come from, with fakes
# for dpkg's database, apt and /boot, and what the commands refuse. What they do to a machine is in
# tests/vm/modules.bats.
#
# shellcheck disable=SC2154 # output is run's
# shellcheck disable=SC2030,SC2031 # each test is a shell of its own, and so it is meant

bats_require_minimum_version 1.5.0

load ../lib/path.bash
load ../lib/root.bash

setup() {
	TOP=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	T=$BATS_TEST_TMPDIR
	mkdir -p "$T/bin" "$T/boot" "$T/lib" "$T/debs" "$T/home"
	export HOME=$T/home
}

# as DISTRIBUTION RELEASE VERSION: makes the builder take this machine for that one.
as() {
	need_root "/boot and /lib/modules cannot be faked"
	printf 'ID=%s\n' "$1" >"$T/os-release"
	export RELEASE=$2
	printf 'CONFIG_KVM=m\nCONFIG_KVM_AMD=m\nCONFIG_KVM_INTEL=m\n' >"$T/boot/config-$2"
	cat >"$T/bin/dpkg-query" <<-END
	#!/bin/bash
	case "\$*" in
	"-S /boot/vmlinuz-$2 "*) echo "linux-image-$2: /boot/vmlinuz-$2"; exit 1 ;;
	"-W -f \\\${Version} linux-image-$2") printf %s '$3' ;;
	"-W -f \\\${source:Package} \\\${source:Version}\n linux-modules-$2") echo "linux-aws $3" ;;
	*) echo "dpkg-query: no \$*" >&2; exit 1 ;;
	esac
	END
	# A fake apt-get notes what it is asked to do. What can be downloaded lies in T/debs.
	cat >"$T/bin/apt-get" <<-END
	#!/bin/bash
	echo "\$*" >>'$T/asked'
	case "\$*" in
	*" update") ;;
	*" install linux-headers-$2") mkdir -p /lib/modules/$2/build && touch /lib/modules/$2/build/Makefile ;;
	*" download "*) cp '$T/debs/'"\${*: -1}".deb . 2>/dev/null ;;
	*" source --download-only "*) cp '$T/debs/'"\${*: -1}".dsc . 2>/dev/null ;;
	*) exit 1 ;;
	esac
	END
	cat >"$T/bin/dpkg-source" <<-END
	#!/bin/bash
	cp -r '$T/linux' "\${*: -1}"
	END
	chmod +x "$T/bin"/*
}

# Makes a source of Linux whose files have a line each.
make_source() {
	local file
	for file in Makefile arch/x86/kvm/Makefile arch/x86/include/asm/kvm.h virt/kvm/kvm_main.c \
		include/linux/kvm_host.h drivers/not-wanted.c; do
		mkdir -p "$(dirname "$T/linux/$file")"
		echo "$file" >"$T/linux/$file"
	done
}

# make_deb NAME VERSION INNER: makes a package with the source as usr/src/INNER.
make_deb() {
	local root=$T/deb inner=$3 top
	top=$(basename "$inner")
	top=${top%.tar.*}
	make_source
	# dpkg-deb wants it so, whatever the umask.
	mkdir -p "$root" && install -d -m 755 "$root/DEBIAN" "$root/usr/src/$(dirname "$inner")"
	printf 'Package: %s\nVersion: %s\nArchitecture: all\nMaintainer: x <x@example.org>\nDescription: x\n' \
		"$1" "$2" >"$root/DEBIAN/control"
	tar -C "$T" --transform "s,^linux,$top," -caf "$root/usr/src/$inner" linux
	dpkg-deb -Znone -b "$root" "$T/debs/$1=$2.deb" >/dev/null
}

# build OUTDIR: runs the builder where /boot, /lib/modules and /etc/os-release are the test's.
build() {
	# shellcheck disable=SC2016 # the inner shell expands them
	unshare --mount bash -euc '
		mkdir -p /lib/modules
		mount --bind "$1/boot" /boot
		mount --bind "$1/lib" /lib/modules
		mount --bind "$1/os-release" /etc/os-release
		export PATH="$1/bin:$PATH"
		exec "$2/images/build-running-tree" "${@:3}"
	' sh "$T" "$TOP" "$@"
}

has_only_what_is_kept() {
	[ "$(cd "$1/source" && find . -type f | sort | tr '\n' ' ')" = "./Makefile ./arch/x86/include/asm/kvm.h ./arch/x86/kvm/Makefile ./include/linux/kvm_host.h ./virt/kvm/kvm_main.c " ]
	[ "$(jq -r .kernel "$1/tree.json")" = "$RELEASE" ]
	[ "$(jq -r .kind "$1/tree.json")" = running-tree ]
}

@test "Debian: headers by the kernel's name, source of its very version" {
	as debian 6.1.0-56-amd64 6.1.192-2
	make_deb linux-source-6.1 6.1.192-2 linux-source-6.1.tar.xz
	run -0 build "$T/out"
	has_only_what_is_kept "$T/out"
	grep -q 'install linux-headers-6.1.0-56-amd64$' "$T/asked"
	grep -q 'download linux-source-6.1=6.1.192-2$' "$T/asked"
	run -0 build "$T/out"
	[[ $output == *"cached: $T/out"* ]]
	# Another version of the same release has another source.
	as debian 6.1.0-56-amd64 6.1.193-1
	run -77 build "$T/out"
	[[ $output == *"linux-source-6.1 cannot be had from this machine's mirrors in the version of the kernel that runs (6.1.193-1)"* ]]
	has_only_what_is_kept "$T/out"
}

@test "Debian's backports too" {
	as debian 6.12.22+bpo-amd64 6.12.22-1~bpo12+1
	make_deb linux-source-6.12 6.12.22-1~bpo12+1 linux-source-6.12.tar.xz
	run -0 build "$T/out"
	has_only_what_is_kept "$T/out"
}

@test "Ubuntu: linux-source of three numbers, the tarball in a folder" {
	as ubuntu 6.8.0-45-generic 6.8.0-45.45
	make_deb linux-source-6.8.0 6.8.0-45.45 linux-source-6.8.0/linux-source-6.8.0.tar.bz2
	run -0 build "$T/out"
	has_only_what_is_kept "$T/out"
	grep -q 'install linux-headers-6.8.0-45-generic$' "$T/asked"
	rm -r "$T/out"
	PATH=$(path_without bzip2) run -77 build "$T/out"
	[[ $output == *"missing: bzip2; run ci/install-deps"* ]]
	[ ! -e "$T/out" ]
}

@test "Ubuntu: a kernel for clouds, by its source package" {
	as ubuntu 6.8.0-1012-aws 6.8.0-1012.13
	make_source
	touch "$T/debs/linux-aws=6.8.0-1012.13.dsc"
	run -0 build "$T/out"
	has_only_what_is_kept "$T/out"
	rm -rf "$T/debs"/* "$T/out"
	run -77 build "$T/out"
	[[ $output == *"apt has no source package linux-aws 6.8.0-1012.13: let it know of source packages (deb-src"* ]]
	[ ! -e "$T/out" ]
}

@test "a kernel of no package is told what else there is" {
	as debian 6.1.0-56-amd64 6.1.192-2
	export RELEASE=6.18.44-mine
	run -77 build "$T/out"
	[[ $output == *"the kernel that runs here, 6.18.44-mine, comes from no package of Debian's or Ubuntu's: configure and build its source yourself and name it with make modules TREE="* ]]
}

@test "a kernel with KVM built in is refused" {
	as debian 6.1.0-56-amd64 6.1.192-2
	sed -i 's/KVM_AMD=m/KVM_AMD=y/' "$T/boot/config-$RELEASE"
	run -77 build "$T/out"
	[[ $output == *"CONFIG_KVM_AMD is not m"*"so KVM cannot be exchanged there"* ]]
}

@test "reload, restore and status refuse or answer where there is nothing to change" {
	! grep -qE '^flags.* (svm|vmx)( |$)' /proc/cpuinfo || skip "this CPU has svm or vmx"
	[ ! -e /run/exitmeter/modules.json ] || skip "this machine's modules are changed"
	exitmeter=${EXITMETER:-${EXITMETER_BUILD:-$TOP/build}/exitmeter}
	for option in '' --dry-run; do
		# shellcheck disable=SC2086 # none is no word
		run -77 "$exitmeter" reload $option --cache "$T/cache"
		[[ $output == "exitmeter: this CPU shows neither svm nor vmx"*", so KVM cannot run on it: "*"use --host emulated-svm" ]]
	done
	run -0 "$exitmeter" restore
	[ "$output" = "nothing to do: exitmeter has changed no module since this machine was started" ]
	run -0 "$exitmeter" status --cache "$T/cache"
	[[ $output == "kernel     $(uname -r)"* ]]
	[[ $output == *"changed    no: there is nothing to put back"* ]]
	for command in reload restore status; do
		run -0 "$exitmeter" $command --help
		[[ $output == "usage: exitmeter $command"* ]]
	done
}

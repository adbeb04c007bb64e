#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# ci/install-deps and its list, with fakes for apt and dpkg.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	TMP=$BATS_TEST_TMPDIR
	FAKES=$TMP/fakes
	mkdir "$FAKES"
	export PATH=$FAKES:$PATH
}

# fake NAME: makes a command on PATH, whose body is standard input.
fake() {
	{ echo '#!/bin/bash'; cat; } >"$FAKES/$1"
	chmod 755 "$FAKES/$1"
}

# Fakes a dpkg-query that knows all packages of the list but those named.
fake_dpkg_without() {
	sed 's/#.*//' ci/packages | tr -s '|? \t' '\n' | awk -v without=" $* " '
		$1 != "" { print $1, index(without, " " $1 " ") ? "deinstall" : "installed" }' >"$TMP/installed"
	fake dpkg-query <<<"cat $TMP/installed"
}

@test "install-deps: nothing missing, nothing done" {
	fake_dpkg_without
	fake apt-get <<<'echo "apt-get $*"; exit 1'
	for action in "" --check --dry-run; do
		run ci/install-deps $action
		[ "$status" -eq 0 ]
		[[ $output == *"all packages"* ]]
		[[ $output != *"apt-get "* ]]
	done
}

@test "install-deps --check names what is missing and exits 77" {
	fake_dpkg_without bats zstd
	run ci/install-deps --check
	[ "$status" -eq 77 ]
	[ "$output" = "install-deps: missing: zstd bats" ]
}

@test "install-deps --dry-run prints the command and runs none" {
	fake_dpkg_without bats zstd
	fake apt-get <<<"touch $TMP/ran"
	run ci/install-deps --dry-run
	[ "$status" -eq 0 ]
	[[ $output == *"apt-get update && apt-get -y --no-install-recommends install zstd bats" ]]
	[ ! -e "$TMP/ran" ]
}

@test "install-deps: either of two names will do" {
	fake_dpkg_without pkg-config
	run ci/install-deps --check
	[ "$status" -eq 0 ]
	fake_dpkg_without pkg-config pkgconf
	fake apt-cache <<<'[ "$2" = pkgconf ]'
	run ci/install-deps --dry-run
	[[ $output == *"install pkgconf" ]]
}

@test "install-deps: a list that cannot be read is not an empty one" {
	fake_dpkg_without
	mkdir -p "$TMP/top/ci"
	cp ci/install-deps "$TMP/top/ci/"
	ln -s "$PWD/images" "$TMP/top/"
	for text in "" "# nothing but this"; do
		echo "$text" >"$TMP/top/ci/packages"
		run "$TMP/top/ci/install-deps" --check
		[ "$status" -eq 1 ]
		[[ $output == *"cannot read the list of packages, $TMP/top/ci/packages" ]]
	done
	rm "$TMP/top/ci/packages"
	run "$TMP/top/ci/install-deps" --check
	[ "$status" -eq 1 ]
	[[ $output == *"cannot read the list of packages"* ]]
}

@test "install-deps without apt-get says what to have installed" {
	fake_dpkg_without zstd
	fake id <<<'echo 0'
	mkdir "$TMP/bin"
	for tool in bash cat sed getent dirname; do ln -s "$(command -v $tool)" "$TMP/bin/"; done
	PATH=$FAKES:$TMP/bin run ci/install-deps
	[ "$status" -eq 77 ]
	[[ $output == *"no apt-get here"*zstd* ]]
}

@test "install-deps: what a distribution does not have, and may do without, is not missing there" {
	fake_dpkg_without similarity-tester
	fake apt-cache <<<'exit 100'
	run ci/install-deps --check
	[ "$status" -eq 0 ]
	fake apt-cache <<<'[ "$2" = similarity-tester ]'
	run ci/install-deps --check
	[ "$status" -eq 77 ]
	[ "$output" = "install-deps: missing: similarity-tester" ]
}

@test "install-deps without root and sudo says what to have run" {
	fake_dpkg_without zstd
	fake id <<<'echo 1000'
	fake sudo <<<'exit 1'
	fake apt-get <<<"touch $TMP/ran"
	run ci/install-deps </dev/null
	[ "$status" -eq 77 ]
	[[ $output == *"neither root nor sudo"*"install zstd" ]]
	[ ! -e "$TMP/ran" ]
}

@test "install-deps through sudo asks nothing without a terminal" {
	fake_dpkg_without zstd
	fake id <<<'echo 1000'
	fake sudo <<-END
	echo "sudo \$*" >>$TMP/sudo.log
	shift
	"\$@"
	END
	fake apt-get <<-END
	case \$* in
	*install*) echo zstd installed >>$TMP/installed ;;
	esac
	END
	run ci/install-deps </dev/null
	[ "$status" -eq 0 ]
	[[ $output == *"installed: zstd" ]]
	grep -q '^sudo -n apt-get -qq update' "$TMP/sudo.log"
	grep -q '^sudo -n env DEBIAN_FRONTEND=noninteractive apt-get .* install zstd' "$TMP/sudo.log"
}

@test "install-deps: an apt-get that fails is reported" {
	fake_dpkg_without zstd
	fake id <<<'echo 0'
	fake apt-get <<<'exit 100'
	run ci/install-deps
	[ "$status" -eq 1 ]
	[[ $output == *"apt-get could not install: zstd"* ]]
}

@test "install-deps: a package that is still missing afterwards is reported" {
	fake_dpkg_without zstd
	fake id <<<'echo 0'
	fake apt-get <<<'exit 0'
	run ci/install-deps
	[ "$status" -eq 1 ]
	[[ $output == *"still missing: zstd"* ]]
}

# Prints the tools that our scripts ask for, as far as they are named literally.
required_tools() {
	{
		grep -rhE '^[^#]*(require_tools|command -v) ' images kernel-patch tests/{cli,experiments,kernel,lib,vm,vm-long} ci Makefile |
			sed -nE 's/.*(require_tools|command -v) //; s/[;|&>#].*//; p' | tr ' ' '\n' | grep -E '^[a-z][a-z0-9+_-]*$'
		printf '%s\n' qemu-system-x86_64 cloud-localds spatch musl-gcc clang shellcheck yamllint bats jq strings
	} | sort -u
}

@test "every tool that a script asks for comes with a package of ci/packages" {
	command -v dpkg-query >/dev/null || skip "no dpkg here"
	count=0
	# Every Debian has the required packages and apt, gcc brings binutils, and sudo is only one way to root.
	known=" $(dpkg-query -W -f '${Package} ${Priority}\n' | awk '$2 == "required" { print $1 }' | tr '\n' ' ') apt sudo binutils "
	known+=$(sed 's/#.*//; s/[|?]/ /g' ci/packages | tr -s ' \t\n' ' ')
	for tool in $(required_tools); do
		path=$(PATH=/usr/sbin:/usr/bin:/sbin:/bin command -v "$tool") && [ "${path:0:1}" = / ] || continue
		packages=$(dpkg -S "$path" "$(realpath "$path")" 2>/dev/null | sed 's/:.*//' | sort -u || true)
		[ -n "$packages" ] || continue
		count=$((count + 1))
		found=
		for package in $packages; do
			[[ $known != *" $package "* ]] || found=1
		done
		[ -n "$found" ] || { echo "$tool: ci/packages lacks ${packages//$'\n'/ or }"; return 1; }
	done
	[ "$count" -gt 20 ]
}

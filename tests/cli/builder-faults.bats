#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Builds that fail, and Ctrl-C and SIGTERM in each stage of the builders. The tool of that stage hangs, ignores
# signals, and has a child that does the same. There is no VM and no network.

load ../lib/root.bash

setup() {
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	# shellcheck source=SCRIPTDIR/../lib/leftovers.bash
	. "$top/tests/lib/leftovers.bash"
	TMP=$BATS_TEST_TMPDIR
	FAKES=$TMP/fakes
	CACHE=$TMP/cache
	OUT=$CACHE/out
	mkdir -p "$FAKES" "$OUT"
	echo precious > "$OUT/precious"
	# A builder that does not need root works in TMPDIR.
	export TMPDIR=$TMP PATH=$FAKES:$PATH MIRROR=http://mirror.invalid/debian
	export HANGING=$TMP/hanging
}

teardown() {
	local left
	left=$(leftovers "$CACHE")
	[ -z "$left" ] || { echo "left over: $left"; kill_leftovers "$TMP"; return 1; }
	left=$(find "$TMP" -maxdepth 1 -name 'exitmeter-*')
	[ -z "$left" ] || { echo "left over: $left"; return 1; }
}

# fake NAME: makes a command on PATH, whose body is standard input.
fake() {
	{ echo '#!/bin/bash'; cat; } > "$FAKES/$1"
	chmod 755 "$FAKES/$1"
}

# Prints a script that hangs. Its children name TMP on their command lines, so that they are found if they stay.
hang() {
	cat <<-END
	trap '' INT TERM
	bash -c "exec -a '$CACHE/sleeper' sleep 300" &
	echo \$\$ > "$HANGING"
	wait
	wait
	END
}

# fake_mmdebstrap: fakes an mmdebstrap that makes the folder that it is asked for, with what build-host's hook copies
# out of it.
fake_mmdebstrap() {
	fake mmdebstrap <<-'END'
	target=${*: -2:1}
	mkdir -p "$target/boot"
	echo kernel > "$target/boot/vmlinuz-6.1.0-fake"
	for word; do
		case $word in --customize-hook=copy-out*) eval "set -- $word" && echo busybox > "${*: -1}/busybox" ;; esac
	done
	END
}

make_tree() {
	local dir=$TMP/tree/lib/modules/6.1.0-fake name
	mkdir -p "$TMP/tree/boot" "$dir/kernel/arch/x86/kvm"
	: > "$TMP/tree/boot/vmlinuz-6.1.0-fake"
	touch "$dir"/modules.{order,builtin,builtin.modinfo}
	for name in kvm kvm-amd kvm-intel; do
		: > "$dir/kernel/arch/x86/kvm/$name.ko"
		echo "kernel/arch/x86/kvm/$name.ko:"
	done > "$dir/modules.dep"
}

wait_until() {
	local i
	for ((i = 0; i < 600; i++)); do
		if "$@"; then return 0; fi
		kill -0 "$PID" 2> /dev/null || { echo "it ended by itself"; cat "$TMP/log"; return 1; }
		sleep 0.1
	done
	echo "never: $*"
	return 1
}

# stopped SIGNAL BUILDER ARGUMENT...: stops the builder once its tool hangs. INT goes to the whole process group, as a
# terminal's Ctrl-C does.
stopped() {
	local signal=$1 code=0
	shift
	rm -f "$HANGING"
	setsid env --default-signal=INT "$@" < /dev/null > "$TMP/log" 2>&1 3>&- &
	PID=$!
	wait_until [ -s "$HANGING" ]
	if [ "$signal" = INT ]; then kill -INT -- "-$PID"; else kill "-$signal" "$PID"; fi
	wait "$PID" || code=$?
	cat "$TMP/log"
	[ "$code" -eq $((128 + $(kill -l "$signal"))) ]
	[ "$(grep -c ": failed (exit $code): nothing was left" "$TMP/log")" -eq 1 ]
	# What an earlier build made stays.
	[ "$(cat "$OUT/precious")" = precious ]
	[ -z "$(leftovers "$CACHE")" ]
}

# stopped_both BUILDER ARGUMENT...: tries both signals.
stopped_both() {
	stopped INT "$@"
	stopped TERM "$@"
}

@test "build-tree: while mmdebstrap fetches and unpacks" {
	need_root "a builder enters the tree that it makes"
	hang | fake mmdebstrap
	stopped_both "$top/images/build-tree" "$OUT"
}

@test "build-host: while mmdebstrap fetches and unpacks" {
	need_root "a builder enters the tree that it makes"
	make_tree
	hang | fake mmdebstrap
	stopped_both "$top/images/build-host" --tree "$TMP/tree" "$OUT"
}

@test "build-host: while the file system is made" {
	need_root "a builder enters the tree that it makes"
	make_tree
	fake_mmdebstrap
	hang | fake mke2fs
	stopped_both "$top/images/build-host" --tree "$TMP/tree" "$OUT"
}

@test "build-guest: while mmdebstrap fetches and unpacks" {
	need_root "a builder enters the tree that it makes"
	hang | fake mmdebstrap
	stopped_both "$top/images/build-guest" "$OUT"
}

@test "build-guest: while the file system is made" {
	need_root "a builder enters the tree that it makes"
	fake_mmdebstrap
	hang | fake mke2fs
	stopped_both "$top/images/build-guest" "$OUT"
}

@test "build-guest: while the disk is compressed" {
	need_root "a builder enters the tree that it makes"
	fake_mmdebstrap
	fake mke2fs <<< true
	hang | fake qemu-img
	cp -r "$top/images" "$TMP/"
	# The disk is put together first, which takes long at its real size.
	sed -i 's/^ROOT_MIB=.*/ROOT_MIB=16/' "$TMP/images/build-guest"
	stopped_both "$TMP/images/build-guest" "$OUT"
}

# A mirror that takes the request and answers nothing.
@test "build-bochs: while the source is fetched" {
	perl -MIO::Socket::INET -e '
		my $s = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1") or die;
		print $s->sockport, "\n"; close STDOUT;
		while (my $c = $s->accept) { open my $f, ">", $ENV{HANGING}; print $f "asked\n"; close $f; push @kept, $c }
	' > "$TMP/port" 3>&- &
	mirror=$!
	for _ in $(seq 100); do [ ! -s "$TMP/port" ] || break; sleep 0.1; done
	no_proxy='*' MIRROR=http://127.0.0.1:$(cat "$TMP/port")/debian stopped_both "$top/images/build-bochs" "$OUT"
	kill "$mirror"
}

# make_bochs SCRIPT...: makes a source whose configure is SCRIPT, and a builder that takes it for Bochs.
make_bochs() {
	mkdir -p "$TMP/bochs/cpu"
	echo 'srand(time(NULL));' > "$TMP/bochs/cpu/init.cc"
	printf '#define BxICacheEntries (64 * 1024)\n#define BxICacheMemPool (576 * 1024)\n' > "$TMP/bochs/cpu/icache.h"
	echo 'as it comes' > "$TMP/bochs/cpu/svm.cc"
	{ echo '#!/bin/bash'; cat; } > "$TMP/bochs/configure"
	chmod 755 "$TMP/bochs/configure"
	tar -C "$TMP" -cJf "$TMP/bochs.tar.xz" bochs
	mkdir -p "$TMP/images"
	cp "$top"/images/{lib.sh,packages.bash} "$TMP/images/"
	printf -- '--- a/cpu/svm.cc\n+++ b/cpu/svm.cc\n@@ -1 +1 @@\n-as it comes\n+mended\n' > "$TMP/images/bochs-svm.patch"
	sed "s/^SHA256=.*/SHA256=$(sha256sum < "$TMP/bochs.tar.xz" | cut -d' ' -f1)/" "$top/images/build-bochs" > "$TMP/images/build-bochs"
	chmod 755 "$TMP/images/build-bochs"
}

@test "build-bochs: while it is configured" {
	hang | make_bochs
	BOCHS_TARBALL=$TMP/bochs.tar.xz stopped_both "$TMP/images/build-bochs" "$OUT"
}

@test "build-bochs: while it is compiled" {
	make_bochs <<< 'true'
	hang | fake make
	BOCHS_TARBALL=$TMP/bochs.tar.xz stopped_both "$TMP/images/build-bochs" "$OUT"
}

# Makes a kernel source of the user's own, with all that build-modules looks at. Its own Makefile hangs.
make_source() {
	local kvm=$TMP/linux/arch/x86/kvm i
	mkdir -p "$kvm"/{vmx,svm} "$TMP"/linux/{virt/kvm,arch/x86/include/uapi/asm,include/{linux,generated,config},scripts/mod}
	printf 'CONFIG_KVM=m\nCONFIG_KVM_AMD=m\nCONFIG_KVM_INTEL=m\n' > "$TMP/linux/.config"
	: > "$TMP/linux/include/generated/autoconf.h"
	: > "$TMP/linux/include/linux/kvm_host.h"
	echo 6.1.200-mine > "$TMP/linux/include/config/kernel.release"
	install -m 755 /dev/null "$TMP/linux/scripts/mod/modpost"
	echo '0x0 printk vmlinux EXPORT_SYMBOL' > "$TMP/linux/Module.symvers"
	mkdir "$TMP/linux/arch/x86/include/asm"
	touch "$TMP"/linux/arch/x86/include/{asm/kvm_host.h,uapi/asm/{kvm,svm,vmx}.h} "$kvm"/{x86,cpuid}.c
	# shellcheck disable=SC2016 # make's variables
	printf 'ccflags-y += -I $(srctree)/arch/x86/kvm\nkvm-y += x86.o\n' > "$kvm/Makefile"
	for i in svm/svm.c:svm_exit_handlers vmx/vmx.c:kvm_vmx_exit_handlers; do
		{
			echo "static int (*${i#*:}[])(struct kvm_vcpu *vcpu) = {"
			printf '\t[%d] = handle,\n' {0..40}
			echo '};'
		} > "$kvm/${i%%:*}"
	done
	{ echo '#!/bin/bash'; hang; } > "$TMP/linux/hang"
	printf 'VERSION = 6\nPATCHLEVEL = 1\nSUBLEVEL = 200\nmodules:\n\tbash %s/linux/hang\n' "$TMP" > "$TMP/linux/Makefile"
	# A patch that fits this source.
	cp -r "$top/kernel-patch" "$top/images" "$TMP/"
	printf '#!/bin/bash\n' > "$TMP/kernel-patch/apply-hooks"
}

@test "build-modules: while the hooks are put in" {
	need_root "a builder enters the tree that it makes"
	make_source
	hang | fake spatch
	cp "$top/kernel-patch/apply-hooks" "$TMP/kernel-patch/"
	stopped_both "$TMP/kernel-patch/build-modules" --tree "$TMP/linux" "$OUT"
}

@test "build-modules: while make runs" {
	need_root "a builder enters the tree that it makes"
	command -v spatch > /dev/null || fake spatch <<< true
	make_source
	stopped_both "$TMP/kernel-patch/build-modules" --tree "$TMP/linux" "$OUT"
}

@test "build-modules: a root that may not enter a tree, and a CACHE that is mounted noexec, are told before anything runs" {
	need_root "a builder enters the tree that it makes"
	unshare --mount true 2> /dev/null || skip "no mount namespaces here"
	make_source
	fake spatch <<< "touch $TMP/ran"
	run setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin "$TMP/kernel-patch/build-modules" --tree "$TMP/linux" "$OUT"
	echo "$output"
	[ "$status" -eq 77 ]
	[[ $output == *"this root may not do all that is needed here: make namespaces and mounts (CAP_SYS_ADMIN)"* ]]
	mkdir "$TMP/odd"
	run unshare --mount sh -c "mount -t tmpfs -o noexec odd '$TMP/odd' &&
		exec '$TMP/kernel-patch/build-modules' --tree '$TMP/linux' '$TMP/odd/out'"
	echo "$output"
	[ "$status" -eq 77 ]
	[[ $output == *"run programs in CACHE, which is mounted noexec"* ]]
	[ ! -e "$TMP/ran" ]
}

# --- the renames at the end --------------------------------------------------------------------------

# Makes a source of Bochs that is built in no time.
make_quick_bochs() {
	make_bochs <<< true
	printf '#!/bin/bash\ncp /bin/true bochs\n' | tee "$FAKES/make" > /dev/null
	chmod 755 "$FAKES/make"
}

@test "a signal between the renames at the end loses neither the old nor the new" {
	make_quick_bochs
	for signal in INT TERM; do
		# The signal goes to the whole group, as a terminal's does. The renames are done by mv.
		fake mv <<-END
		case "\$*" in *"$OUT"*) kill -$signal \$PPID ;; esac
		exec /bin/mv "\$@"
		END
		echo precious > "$OUT/precious"
		BOCHS_TARBALL=$TMP/bochs.tar.xz run "$TMP/images/build-bochs" --force "$OUT"
		echo "$output"
		[ "$status" -eq 0 ]
		[ -f "$OUT/bochs" ]
		[ ! -e "$OUT/precious" ]
		[ -z "$(leftovers "$CACHE")" ]
	done
}

@test "what a kill -9 between the renames took away, the next start puts back" {
	make_quick_bochs
	# The builder dies when the old folder is aside, and the new one is not yet in its place.
	fake mv <<-END
	case "\$*" in
	*"$OUT.tmp.old") /bin/mv "\$@"; kill -9 \$PPID; exit ;;
	esac
	exec /bin/mv "\$@"
	END
	BOCHS_TARBALL=$TMP/bochs.tar.xz run "$TMP/images/build-bochs" --force "$OUT"
	[ "$status" -eq 137 ]
	[ ! -e "$OUT" ]
	rm "$FAKES/mv"
	fake make <<< 'exit 1'
	BOCHS_TARBALL=$TMP/bochs.tar.xz run "$TMP/images/build-bochs" --force "$OUT"
	[ "$status" -eq 1 ]
	[ "$(cat "$OUT/precious")" = precious ]
}

# --- a build that fails -------------------------------------------------------------------------------

# fails WORDS BUILDER ARGUMENT...: the builder fails with WORDS, and what an earlier build made stays.
fails() {
	run "${@:2}"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *$1*": failed (exit 1): nothing was left"* ]]
	[ "$(cat "$OUT/precious")" = precious ]
}

@test "build-modules: hooks that do not fit leave the modules of before" {
	need_root "a builder enters the tree that it makes"
	command -v spatch > /dev/null || skip "spatch is missing; apt-get install coccinelle"
	make_source
	cp "$top/kernel-patch/apply-hooks" "$TMP/kernel-patch/"
	fails "the hooks do not fit this kernel" "$TMP/kernel-patch/build-modules" --tree "$TMP/linux" "$OUT"
}

@test "build-modules: code that does not compile leaves the modules of before" {
	need_root "a builder enters the tree that it makes"
	command -v spatch > /dev/null || fake spatch <<< true
	make_source
	printf 'VERSION = 6\nmodules:\n\t@echo "exitmeter.c:7: error: no such thing" >&2; exit 1\n' > "$TMP/linux/Makefile"
	fails "error: no such thing"*"the modules do not compile" "$TMP/kernel-patch/build-modules" --tree "$TMP/linux" "$OUT"
}

# --- root ---------------------------------------------------------------------------------------------

@test "the folder into which root builds for a user is the user's" {
	need_root "another user cannot be played"
	fake sudo <<< 'echo "as root"'
	mkdir "$TMP/copy"
	cp -r "$top"/{Makefile,VERSION,harness,images,kernel-patch} "$TMP/copy"
	mkdir -p "$TMP/tree/usr/bin"
	touch "$TMP/tree/usr/bin/gcc" "$TMP/tree/tree.json"
	chmod -R a+rX "$TMP"
	chmod a+x "$BATS_RUN_TMPDIR" "${BATS_TEST_TMPDIR%/*}" "$BATS_TEST_TMPDIR"
	chmod 777 "$CACHE"
	run setpriv --reuid 65534 --regid 65534 --clear-groups "$TMP/copy/images/build-tree" "$CACHE/trees/tree"
	echo "$output"
	[[ $status -eq 0 && $output == *"as root"* ]]
	[ "$(stat -c %u "$CACHE/trees")" -eq 65534 ]
	run setpriv --reuid 65534 --regid 65534 --clear-groups "$TMP/copy/harness/build-in-tree" --tree "$TMP/tree" "$CACHE/host/a/exitmeter"
	echo "$output"
	[[ $status -eq 0 && $output == *"as root"* ]]
	[ "$(stat -c %u "$CACHE/host/a")" -eq 65534 ]
}

@test "a builder becomes root through sudo, and takes its mirrors along" {
	fake sudo <<< 'printf "%s\n" "$@"'
	# shellcheck disable=SC2016 # the inner shell expands them
	UBUNTU_MIRROR=http://ubuntu.invalid run bash -c '. "$1/images/lib.sh"; id() { echo 1000; }; become_root jammy' "$OUT/builder" "$top"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(tail -n 4 <<< "$output" | paste -sd ' ')" = \
		"MIRROR=http://mirror.invalid/debian UBUNTU_MIRROR=http://ubuntu.invalid $OUT/builder jammy" ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# images/build-bochs, and the commands around emulated VMX. Fakes stand for all that takes time; there is no VM and
# no network.

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	: "${EXITMETER:=${EXITMETER_BUILD:-$PWD/build}/exitmeter}"
	TMP=$BATS_TEST_TMPDIR
	OUT=$TMP/cache/bochs
	export TMPDIR=$TMP
}

assert_nothing_left() {
	[ ! -e "$OUT" ]
	[ -z "$(find "$TMP/cache" -mindepth 1 ! -name '*.lock')" ]
}

# fake_source SCRIPT: makes a tarball whose configure runs SCRIPT, and a builder that takes it for the source of Bochs.
fake_source() {
	mkdir -p "$TMP/src/bochs-3.0" "$TMP/images"
	printf '#!/bin/sh\n%s\n' "$1" >"$TMP/src/bochs-3.0/configure"
	chmod 755 "$TMP/src/bochs-3.0/configure"
	mkdir "$TMP/src/bochs-3.0/cpu"
	echo 'srand(time(NULL));' >"$TMP/src/bochs-3.0/cpu/init.cc"
	printf '#define BxICacheEntries (64  * 1024)  // Must\n#define BxICacheMemPool (576 * 1024)\n' >"$TMP/src/bochs-3.0/cpu/icache.h"
	echo 'as it comes' >"$TMP/src/bochs-3.0/cpu/svm.cc"
	printf -- '--- a/cpu/svm.cc\n+++ b/cpu/svm.cc\n@@ -1 +1 @@\n-as it comes\n+mended\n' >"$TMP/images/bochs-svm.patch"
	printf 'all:\n\tgrep -q mended cpu/svm.cc && cp /bin/true bochs\n' >"$TMP/src/bochs-3.0/Makefile"
	tar -C "$TMP/src" -cJf "$TMP/bochs.tar.xz" bochs-3.0
	cp images/lib.sh images/packages.bash "$TMP/images/"
	sed "s/^SHA256=.*/SHA256=$(sha256sum <"$TMP/bochs.tar.xz" | cut -d' ' -f1)/" images/build-bochs >"$TMP/images/build-bochs"
	chmod 755 "$TMP/images/build-bochs"
	export BOCHS_TARBALL=$TMP/bochs.tar.xz
}

# make_archive SUITE COMPONENT FOLDER: makes an archive that has $TMP/tarball as the source of Bochs, there.
make_archive() {
	local name=bochs_3.0+dfsg.orig.tar.xz size sum
	mkdir -p "$TMP/mirror/$3" "$TMP/mirror/dists/$1/$2/source"
	cp "$TMP/tarball" "$TMP/mirror/$3/$name"
	: >"$TMP/mirror/$3/bochs_3.0.dsc"
	size=$(stat -c %s "$TMP/tarball") sum=$(sha256sum <"$TMP/tarball" | cut -d' ' -f1)
	cat >"$TMP/mirror/dists/$1/$2/source/Sources" <<-END
	Package: bochs
	Binary: bochs
	Version: 3.0+dfsg-2
	Architecture: any
	Format: 3.0 (quilt)
	Directory: $3
	Checksums-Sha256:
	 $(printf '' | sha256sum | cut -d' ' -f1) 0 bochs_3.0.dsc
	 $sum $size $name
	END
}

@test "build-bochs explains itself with --help" {
	run images/build-bochs --help
	[ "$status" -eq 0 ]
	[[ $output == "usage: build-bochs "*OUTDIR*BOCHS_TARBALL* ]]
}

@test "an altered tarball is refused, and nothing is left" {
	echo "not Bochs" >"$TMP/altered.tar.xz"
	BOCHS_TARBALL=$TMP/altered.tar.xz run images/build-bochs "$OUT"
	[ "$status" -eq 1 ]
	[[ $output == *"$TMP/altered.tar.xz is truncated or altered"*SHA-256* ]]
	assert_nothing_left
}

@test "a tarball that is not there is a usage error" {
	BOCHS_TARBALL=$TMP/nowhere run images/build-bochs "$OUT"
	[ "$status" -eq 2 ]
	[[ $output == *"no such file: $TMP/nowhere"* ]]
	assert_nothing_left
}

@test "a mirror that gives another file is refused, and the file is not kept" {
	echo "not Bochs" >"$TMP/tarball"
	make_archive trixie main pool/main/b/bochs
	MIRROR=file://$TMP/mirror run images/build-bochs "$OUT"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"taking file:$TMP/mirror/pool/main/b/bochs/"*"is not the file that is wanted"*MIRROR=* ]]
	assert_nothing_left
}

@test "the source is found where apt finds it: in Ubuntu's universe, in any folder" {
	fake_source "exit 0"
	mv "$BOCHS_TARBALL" "$TMP/tarball"
	unset BOCHS_TARBALL
	make_archive resolute universe odd/place
	MIRROR=file://$TMP/mirror run "$TMP/images/build-bochs" "$OUT"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"taking file:$TMP/mirror/odd/place/"* ]]
}

@test "where apt has no lists, its sources say whom to ask; where it has no sources, that is said, with both ways out" {
	fake_source "exit 0"
	mv "$BOCHS_TARBALL" "$TMP/tarball"
	unset BOCHS_TARBALL MIRROR
	make_archive trixie main pool/main/b/bochs
	mkdir -p "$TMP/etc/parts" "$TMP/lists/partial"
	printf 'Dir::Etc::SourceList "%s";\nDir::Etc::SourceParts "%s";\nDir::State::Lists "%s";\n' \
		"$TMP/etc/sources.list" "$TMP/etc/parts" "$TMP/lists" >"$TMP/apt.conf"
	echo "deb file://$TMP/mirror oldstable main" >"$TMP/etc/sources.list"
	APT_CONFIG=$TMP/apt.conf run "$TMP/images/build-bochs" "$OUT"
	echo "$output"
	[ "$status" -eq 0 ]
	rm -r "$OUT"
	# A list of mirrors, as Debian's cloud images have it.
	echo "file://$TMP/mirror" >"$TMP/etc/mirrors"
	echo "deb mirror+file:$TMP/etc/mirrors bookworm main" >"$TMP/etc/sources.list"
	APT_CONFIG=$TMP/apt.conf run "$TMP/images/build-bochs" "$OUT"
	[ "$status" -eq 0 ]
	rm -r "$OUT" "$TMP/etc/sources.list"
	http_proxy=http://127.0.0.1:9 APT_CONFIG=$TMP/apt.conf run "$TMP/images/build-bochs" "$OUT"
	echo "$output"
	[ "$status" -eq 1 ]
	[[ $output == *"apt knows no archive on this machine: MIRROR= names one, BOCHS_TARBALL= a file you have"* ]]
}

@test "no mirror that has it: the message names both ways out" {
	MIRROR=file://$TMP/nowhere run images/build-bochs "$OUT"
	[ "$status" -eq 1 ]
	[[ $output == *"no archive has bochs_3.0+dfsg.orig.tar.xz; asked were file://$TMP/nowhere"*MIRROR=*BOCHS_TARBALL=* ]]
	assert_nothing_left
}

@test "the right tarball is built, once, and described" {
	fake_source "exit 0"
	run "$TMP/images/build-bochs" "$OUT"
	echo "$output"
	[ "$status" -eq 0 ]
	[ -x "$OUT/bochs" ]
	[ "$(jq -r '.kind, (.files | keys | join(" "))' "$OUT/image.json")" = "bochs"$'\n'"BIOS-bochs-latest bochs vgabios.bin" ]
	[ "$(jq -r .files.bochs.sha256 "$OUT/image.json")" = "$(sha256sum <"$OUT/bochs" | cut -d' ' -f1)" ]
	run "$TMP/images/build-bochs" "$OUT"
	[ "$status" -eq 0 ]
	[[ $output == *"cached: $OUT" ]]
}

@test "a build that fails shows why and leaves nothing" {
	fake_source "echo no compiler for you >&2; exit 1"
	run "$TMP/images/build-bochs" "$OUT"
	[ "$status" -eq 1 ]
	[[ $output == *"no compiler for you"*"does not compile here"* ]]
	assert_nothing_left
}

@test "a source that the patch of its SVM does not fit is refused" {
	fake_source ":"
	sed -i 's/as it comes/as it came once/' "$TMP/images/bochs-svm.patch"
	run "$TMP/images/build-bochs" "$OUT"
	[ "$status" -eq 1 ]
	[[ $output == *"images/bochs-svm.patch does not fit this source of Bochs"* ]]
	assert_nothing_left
}

@test "--deterministic is refused where it cannot hold, with the reason" {
	local host
	for host in native nested; do
		run "$EXITMETER" run --cache "$TMP/cache" --deterministic --dry-run --guest micro --host $host
		[ "$status" -eq 2 ]
		[[ $output == *"--deterministic cannot hold on --host $host with 1 vCPU: "*"interrupts and clocks of its own"* ]]
	done
}

@test "--deterministic with several vCPUs is for VMX, and SVM says so" {
	run "$EXITMETER" run --cache "$TMP/cache" --deterministic --dry-run --guest micro --vcpus 2 --host emulated-svm
	[ "$status" -eq 2 ]
	[[ $output == *"--deterministic cannot hold on --host emulated-svm with 2 vCPUs: "*"take --host emulated-vmx"* ]]
	run "$EXITMETER" run --cache "$TMP/cache" --deterministic --dry-run --guest micro --vcpus 2 --host emulated-vmx
	[ "$status" -eq 0 ]
}

@test "--deterministic is Bochs with a fixed clock, for both vendors and both guests" {
	local guest
	for guest in micro cloud; do
		run "$EXITMETER" run --cache "$TMP/cache" --deterministic --dry-run --guest $guest --image built --host emulated-svm
		[ "$status" -eq 0 ]
		[[ $output == *"cpu: model=ryzen,"*"time0=1767225600"* ]]
		run "$EXITMETER" run --cache "$TMP/cache" --deterministic --dry-run --guest $guest --image built --host emulated-vmx
		[ "$status" -eq 0 ]
		[[ $output == *"cpu: model=corei7_skylake_x,"*"time0=1767225600"* ]]
	done
	# Without --deterministic the machine is the faster one.
	run "$EXITMETER" run --cache "$TMP/cache" --dry-run --guest micro --host emulated-svm
	[ "$status" -eq 0 ]
	[[ $output == *"<domain type=\"qemu\">"* ]]
}

@test "shadow paging on Bochs' SVM is refused, and the message says what works" {
	run "$EXITMETER" run --cache "$TMP/cache" --deterministic --dry-run --guest micro --host emulated-svm --paging shadow
	[ "$status" -eq 2 ]
	[[ $output == *"--paging shadow: take --host emulated-vmx"* ]]
	run "$EXITMETER" run --cache "$TMP/cache" --deterministic --dry-run --guest micro --host emulated-vmx --paging shadow
	[ "$status" -eq 0 ]
}

@test "without Bochs the message says what to run" {
	run "$EXITMETER" run --cache "$TMP/cache" --host emulated-vmx --guest micro
	[ "$status" -eq 77 ]
	[[ $output == *"there is no Bochs in $TMP/cache/bochs-3.0"*make* ]]
	run "$EXITMETER" run --cache "$TMP/cache" --host emulated-svm --deterministic --guest micro
	[ "$status" -eq 77 ]
	[[ $output == *"there is no Bochs in $TMP/cache/bochs-3.0"*make* ]]
}

@test "a Bochs that may not be executed, as where CACHE is mounted noexec, is refused at once" {
	mkdir -p "$TMP/cache/bochs-3.0"
	install -m 644 /bin/true "$TMP/cache/bochs-3.0/bochs"
	run "$EXITMETER" run --cache "$TMP/cache" --host emulated-vmx --guest micro
	[ "$status" -eq 77 ]
	[[ $output == *"$TMP/cache/bochs-3.0/bochs may not be executed, as where CACHE is mounted noexec"* ]]
}

# Makes $TMP/program, whose counts come from the file $TMP/counts, a line for each run, and its inputs from $TMP/inputs.
fake_harness() {
	cat >"$TMP/program" <<-'END'
	#!/bin/bash
	out=$(jq -r .out "$3")
	n=$((10#$(basename "$out" .new)))
	mkdir -p "$out"
	cp "$3" "$out/config.json"
	count=$(sed -n "${n}p" "$TMPDIR/counts")
	printf 'exitmeter 1\nexits %s\nreason 0xa exits %s cycles 5\n' "$count" "$count" >"$out/host-counters.txt"
	printf 'payload %s\n' "$(sed -n "${n}p" "$TMPDIR/inputs" 2>/dev/null)" >"$out/inputs.txt"
	(cd "$out" && sha256sum config.json host-counters.txt inputs.txt >SHA256SUMS)
	[ -n "${FAKE_LOST-}" ] || echo '{"verdict": "pass"}' >"$out/verdicts.json"
	echo "$(umask) ${TZ-} ${#out}" >>"$TMPDIR/environments"
	echo "exitmeter: the guest was lost"
	END
	chmod 755 "$TMP/program"
	printf '%s\n' "$@" >"$TMP/counts"
}

# repeat N: of the fake, in the test's cache.
repeat() { CACHE=$TMP/cache PROGRAM=$TMP/program tests/experiments/repeat "$@"; }

@test "repeat is content with equal runs and names the reason that differs" {
	fake_harness 7 7 7
	run repeat 3 micro
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"3 runs, micro guest: every count and every cycle the same" ]]
	fake_harness 7 7 8
	run repeat 3
	[ "$status" -eq 1 ]
	[[ $output == *"run 3 differs"*"reason 0xa exits 7 cycles 5 | reason 0xa exits 8 cycles 5"* ]]
	[ "$(sed -n 's/^exits //p' "${output##* }/all/runs/run/003/host-counters.txt")" = 8 ]
}

@test "repeat makes every other run as on another machine" {
	fake_harness 7 7 7
	run repeat 3
	[ "$status" -eq 0 ]
	cat "$TMP/environments"
	[ "$(sort -u "$TMP/environments" | wc -l)" -eq 2 ]
	[ "$(sed -n 1p "$TMP/environments")" = "$(sed -n 2p "$TMP/environments")" ]
	[[ $(sed -n 3p "$TMP/environments") == "0077 Asia/Kolkata "* ]]
}

@test "repeat tells inputs that differ from figures that do" {
	fake_harness 7 8
	printf '%s\n' abc def >"$TMP/inputs"
	run repeat 2
	[ "$status" -eq 2 ]
	[[ $output == *"< payload abc"*"> payload def"*"run 2 was made of other inputs than run 1"* ]]
}

@test "repeat ends the run that is under way when it is stopped" {
	cat >"$TMP/program" <<-'END'
	#!/bin/bash
	trap 'touch "$TMPDIR/ended"; exit 143' TERM
	touch "$TMPDIR/begun"
	sleep 60 &
	wait $!
	END
	chmod +x "$TMP/program"
	local code=0
	CACHE=$TMP/cache PROGRAM=$TMP/program tests/experiments/repeat 2 3>&- &
	until [ -e "$TMP/begun" ]; do sleep 0.1; done
	kill -TERM $!
	wait $! || code=$?
	[ "$code" -eq 143 ]
	[ -e "$TMP/ended" ]
}

@test "repeat hands on that a run was lost" {
	fake_harness 7 7
	FAKE_LOST=yes run repeat 2
	[ "$status" -eq 3 ]
	[[ $output == *"run/001: the guest was lost"*"a run ended with 3"* ]]
	run tests/experiments/repeat 1
	[ "$status" -eq 2 ]
}

@test "a source whose random numbers are seeded otherwise is refused" {
	fake_source "exit 0"
	: >"$TMP/src/bochs-3.0/cpu/init.cc"
	tar -C "$TMP/src" -cJf "$TMP/bochs.tar.xz" bochs-3.0
	sed -i "s/^SHA256=.*/SHA256=$(sha256sum <"$TMP/bochs.tar.xz" | cut -d' ' -f1)/" "$TMP/images/build-bochs"
	run "$TMP/images/build-bochs" "$OUT"
	[ "$status" -eq 1 ]
	[[ $output == *"in another way than is known"* ]]
	assert_nothing_left
}

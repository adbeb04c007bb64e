#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Submissions in every form that they come in, built for the kernel of the build tree that is in the cache; one of
# them is measured.  All builds share one folder of objects, so that only the first compiles all of KVM.

load ../lib/vm.bash

TREE=$CACHE/trees/build-bookworm
CHANGE=$TOP/tests/fixtures/submissions/global-totals.patch

setup_file() {
	[ "$(id -u)" -eq 0 ] || skip "wants root"
	[ -f "$TREE/tree.json" ] || skip "no build tree at $TREE; make tree makes it"
	pristine=$BATS_FILE_TMPDIR/pristine
	"$TOP/kernel-patch/make-source" --tree "$TREE" "$pristine"
	cp -r "$pristine" "$BATS_FILE_TMPDIR/changed"
	patch -s -p1 -d "$BATS_FILE_TMPDIR/changed" <"$CHANGE"
}

setup() {
	vm_setup
	cd "$BATS_TEST_TMPDIR" || return
	pristine=$BATS_FILE_TMPDIR/pristine changed=$BATS_FILE_TMPDIR/changed
	built=$BATS_FILE_TMPDIR/built
}
teardown() { vm_teardown; }

# build SUBMISSION [OPTION...]: into the folder that all tests share.
build() {
	local from=$1
	shift
	run "$TOP/kernel-patch/build-submission" --tree "$TREE" --from "$from" "$@" "$built"
	echo "$output"
}

# is_built: the three modules are there, and what went into the kernel is the change and nothing else.
is_built() {
	[ "$status" -eq 0 ]
	[ "$(modinfo -F name "$built/kvm.ko" "$built/kvm-amd.ko" "$built/kvm-intel.ko" | xargs)" = "kvm kvm_amd kvm_intel" ]
	[[ $(modinfo -F vermagic "$built/kvm.ko") == "$(sed -n 's/^ *"kernel": "\(.*\)",/\1/p' "$TREE/tree.json") "* ]]
	nm "$built/kvm.ko" | grep -q ' total_exits$'
	diff <(grep '^[-+]' "$CHANGE") <(grep '^[-+]' "$built/submission.patch")
	grep -q '^0x' "$built/enabled-svm.txt"
}

# is_refused TEXT: with exit code 1 and a message that says so, which is left in place of modules.
is_refused() {
	[ "$status" -eq 1 ]
	[[ $output == *"$1"* ]]
	grep -q '^build-failed 1$' "${2-$built}/build-failed.txt"
	[ ! -e "${2-$built}/kvm.ko" ]
	[ -z "$(find "$BATS_FILE_TMPDIR" -maxdepth 1 -name 'built.tmp.*')" ]
}

# is_unreachable TEXT: nobody's fault: exit code 3, and what was built before is still there.
is_unreachable() {
	[ "$status" -eq 3 ]
	[[ $output == *"$1"* ]]
	[ -e "$built/kvm.ko" ]
	[ -z "$(find "$BATS_FILE_TMPDIR" -maxdepth 1 -name 'built.tmp.*')" ]
}

@test "two loose files, wherever they lie and whatever their folder is called" {
	mkdir -p "./-my größte Arbeit (2)/assignment 3"
	cp "$changed"/arch/x86/kvm/{cpuid.c,svm/svm.c} "./-my größte Arbeit (2)/assignment 3/"
	echo "what I did" >"./-my größte Arbeit (2)/README.txt"
	build "./-my größte Arbeit (2)"
	is_built
	[[ $output == *"base: 6.1."*"the nearest of those known here"* ]]
	[[ $output == *"arch/x86/kvm/svm/svm.c: went in as it is"* ]]
	grep -qx 'vendors: svm' "$built/submission.txt"
	line=$(grep -n 'eax == 0x4FFFFFFF' "$changed/arch/x86/kvm/cpuid.c" | cut -d: -f1)
	grep -qx "leaf 0x4fffffff: arch/x86/kvm/cpuid.c:$line" "$built/submission.txt"
	line=$(grep -n 'atomic64_add(1, &total_exits)' "$changed/arch/x86/kvm/svm/svm.c" | cut -d: -f1)
	grep -qx "handled: arch/x86/kvm/svm/svm.c:$line" "$built/submission.txt"
	line=$(grep -n '^static int svm_handle_exit' "$changed/arch/x86/kvm/svm/svm.c" | cut -d: -f1)
	grep -qx "function svm_handle_exit: arch/x86/kvm/svm/svm.c:$line" "$built/submission.txt"
}

@test "what has not changed is not built again, and of one changed file only that is compiled" {
	mkdir mine
	cp "$changed"/arch/x86/kvm/{cpuid.c,svm/svm.c} mine/
	build mine
	is_built
	build mine
	[[ $output == *"cached: $built"* ]]
	touch "$BATS_TEST_TMPDIR/before"
	sed -i 's/atomic64_add(1, /atomic64_inc((/; s/inc((&total_exits)/inc(\&total_exits)/' mine/svm.c
	grep -q 'atomic64_inc(&total_exits)' mine/svm.c
	build mine
	[ "$status" -eq 0 ]
	run find "$built.objects/src" -name '*.o' -newer "$BATS_TEST_TMPDIR/before" -printf '%f\n'
	echo "$output"
	[[ $output == *svm.o* ]]
	[[ $output != *cpuid.o* && $output != *mmu.o* && $output != *vmx.o* ]]
}

@test "a patch with CR LF" {
	sed 's/$/\r/' "$CHANGE" >"my change.patch"
	build "my change.patch"
	is_built
	[[ $output == *"base: the patch's own"* ]]
}

@test "a series in a folder, one of it an encoded mail, and a change outside KVM that is left out" {
	mkdir series
	sed '/^--- a.arch.x86.kvm.svm/,$d' "$CHANGE" >part1
	sed -n '/^--- a.arch.x86.kvm.svm/,$p' "$CHANGE" >series/0002-count.patch
	printf '%s\n' '--- a/MAINTAINERS' '+++ b/MAINTAINERS' '@@ -1 +1 @@' '-a' '+b' >>series/0002-count.patch
	{
		printf '%s\n' "From 1234567890123456789012345678901234567890 Mon Sep 17 00:00:00 2001" \
			"From: A Student <student@localhost>" "Date: Sat, 1 Jan 2022 10:00:00 +0000" "Subject: [PATCH 1/2] KVM: count" \
			"MIME-Version: 1.0" "Content-Type: text/plain; charset=UTF-8" "Content-Transfer-Encoding: base64" ""
		{ printf '%s\n' "I count." "---" ""; cat part1; } | base64
	} >series/0001-answer.patch
	build series
	is_built
	[[ $output == *"left out: MAINTAINERS (outside KVM's folders)"* ]]
}

@test "a whole tree: built before, with links, a file of 50 MB and no history" {
	cp -r "$changed" tree
	rm -rf tree/.git
	echo junk >tree/arch/x86/kvm/x86.o
	ln -s /etc/shadow tree/arch/x86/kvm/shadow.c
	truncate -s 50M tree/vmlinux
	build tree
	is_built
	[[ $output == *"base: 6.1."*", as its Makefile says"* ]]
	[ ! -e "$built.objects/src/arch/x86/kvm/shadow.c" ]
}

@test "a repository of make source in a folder with a report, and what a build has left in KVM's folder alone" {
	mkdir "asg 2"
	cp -r "$changed" "asg 2/kvm"
	echo "what I did" >"asg 2/report.txt"
	build "asg 2"
	is_built
	[[ $output == *"taken: kvm, which has arch/x86/kvm in it"* ]]
	[[ $output == *"base: 6.1."*", as its Makefile says"* ]]
	grep -qx 'form: tree' "$built/submission.txt"
	cp -r "$changed/arch/x86/kvm" zipped
	printf 'ELF\0vermagic=5.15.0-58-generic SMP mod_unload \0' >zipped/kvm.ko
	touch zipped/{kvm-intel.ko,x86.o,kvm.mod.c}
	build zipped
	is_built
	[[ $output == *"left out: kvm.ko and the other modules (they are of 5.15.0-58-generic, not of 6.1."* ]]
}

@test "a header of KVM's in include/linux, which the source here is without, is changed, and all that includes it is compiled" {
	local headers=("$TREE"/usr/src/linux-headers-*-common)
	mkdir -p tree/include/linux
	cp -r "$changed/arch" "$changed/virt" "$changed/Makefile" tree/
	cp "${headers[0]}"/include/linux/kvm_*.h tree/include/linux/
	sed -i 's/^#define __KVM_TYPES_H__$/&\n#define FIRST_EXITS 7/' tree/include/linux/kvm_types.h
	sed -i 's/^atomic64_t total_exits = ATOMIC64_INIT(0)/atomic64_t total_exits = ATOMIC64_INIT(FIRST_EXITS)/' tree/arch/x86/kvm/cpuid.c
	touch before
	run "$TOP/kernel-patch/build-submission" --tree "$TREE" --from tree out
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"include/linux/kvm_types.h: went in as it is"* ]]
	[ "$(grep -c '^+++' out/submission.patch)" -eq 3 ]
	[ -n "$(find out.objects/src -name mmu.o -newer before)" ]
}

@test "a series as one mbox, as git writes it" {
	cp -r "$pristine" repository
	git -C repository config user.name "Ä Student"
	git -C repository config user.email a@localhost
	sed '/^--- a.arch.x86.kvm.svm/,$d' "$CHANGE" | patch -s -p1 -d repository
	git -C repository commit -qam "KVM: answer größere Blätter"
	sed -n '/^--- a.arch.x86.kvm.svm/,$p' "$CHANGE" | patch -s -p1 -d repository
	git -C repository commit -qam "KVM: count"
	git -C repository format-patch -q --stdout HEAD~2 >my.mbox
	[ "$(grep -c '^From [0-9a-f]* Mon' my.mbox)" -eq 2 ]
	build my.mbox
	is_built
}

@test "a shallow clone with a submodule, and a repository with more files than KVM has" {
	cp -r "$changed" origin
	git -C origin config user.name a
	git -C origin config user.email a@localhost
	git -C origin commit -qam change
	git -C origin update-index --add --cacheinfo "160000,$(git -C origin rev-parse HEAD),arch/x86/kvm/tests"
	printf '[submodule "t"]\n\tpath = arch/x86/kvm/tests\n\turl = file:///etc\n' >origin/.gitmodules
	git -C origin add .gitmodules
	git -C origin commit -qm submodule
	git clone -q --depth 1 "file://$PWD/origin" shallow
	build "shallow#main"
	is_built
	mkdir origin/arch/x86/kvm/many
	(cd origin/arch/x86/kvm/many && seq 4100 | xargs touch)
	git -C origin add arch/x86/kvm/many
	git -C origin commit -qm many
	build "origin#main"
	is_unreachable "it has 4000 files and more in the folders of KVM"
	rm -r origin/arch/x86/kvm/many
	{ yes || true; } | head -c 73400320 >origin/arch/x86/kvm/large.h
	git -C origin add arch/x86/kvm
	git -C origin commit -qm large
	build "origin#main"
	is_unreachable "it has more than 64 MiB in the folders of KVM"
}

@test "git, patch and wiggle see nothing of this machine but its programs" {
	mkdir folder input
	chmod 777 folder
	echo in >input/file
	# shellcheck disable=SC2016 # the sandbox's shell
	run bash -euc '
		. "$2/images/lib.sh"; . "$2/kernel-patch/sandbox.bash"; WORK=$1
		confined "$1/folder" "$1/input" sh -c "id -u; ls -A /; ls -A /etc; ls -A /srv /mnt; ls -d /root /home /var /work \
			\"\$1\"; touch /srv/x /usr/x /etc/x; touch /mnt/made; cat /proc/net/dev; ulimit -f; grep CapEff /proc/self/status" sh "$1" 2>&1
	' - "$PWD" "$TOP"
	echo "$output"
	grep -qx 65534 <<<"$output"
	grep -q "^CapEff:.0000000000000000$" <<<"$output"
	[ -e folder/made ]
	[ ! -e input/x ]
	[ "$(grep -c "cannot touch" <<<"$output")" -eq 3 ]
	[ "$(grep -c "cannot access" <<<"$output")" -eq 5 ]
	[ "$(grep -c ':.*[0-9]' <<<"$(grep -E '^ *(eth|en|lo)' <<<"$output")")" -le 1 ]
	! grep -qE '^(shadow|machine-id|hostname)$' <<<"$output" || return 1
	# Neither time nor files are without end.
	run bash -euc '
		. "$2/images/lib.sh"; . "$2/kernel-patch/sandbox.bash"; WORK=$1; export SANDBOX_LIMIT=1
		confined "$1/folder" "$1/input" sleep 60' - "$PWD" "$TOP"
	[ "$status" -eq 124 ]
	run bash -euc '
		. "$2/images/lib.sh"; . "$2/kernel-patch/sandbox.bash"; WORK=$1; export SANDBOX_FILE_MIB=1
		confined "$1/folder" "$1/input" head -c 2000000 /dev/zero >"$1/folder/large"' - "$PWD" "$TOP"
	[ "$status" -ne 0 ]
	[ "$(stat -c %s folder/large)" -le 1048576 ]
}

@test "a branch of a repository, by its folder and by its URL" {
	cp -r "$pristine" repository
	git -C repository checkout -q -b assignment/2
	patch -s -p1 -d repository <"$CHANGE"
	git -C repository -c user.name=a -c user.email=a@localhost commit -qam change
	git -C repository checkout -q main
	build "repository#assignment/2"
	is_built
	build "file://$PWD/repository#assignment/2"
	is_built
	# As its own git calls it: a commit in short, and a branch that a clone has from elsewhere.
	build "repository#$(git -C repository rev-parse --short assignment/2)"
	is_built
	git clone -q repository clone
	build "clone#origin/assignment/2"
	is_built
	git clone -q --bare -b assignment/2 repository bare.git
	build bare.git
	is_built
	build "repository#nosuch"
	is_unreachable "git cannot fetch 'nosuch'"
	build "repository"
	is_refused "changes nothing of KVM"
}

@test "a repository on a server is fetched, and a server that hangs or wants a password ends with a message" {
	command -v perl >/dev/null || skip "wants perl"
	cp -r "$changed" repository
	git -C repository -c user.name=a -c user.email=a@localhost commit -qam change
	git -C repository config uploadpack.allowFilter true
	git daemon --reuseaddr --export-all --base-path="$PWD" --listen=127.0.0.1 --port=19418 --pid-file="$PWD/pid" "$PWD" &
	local i
	for i in $(seq 50); do [ ! -s pid ] || break; sleep 0.1; done
	build git://127.0.0.1:19418/repository#main
	kill "$(cat pid)"
	is_built
	# It takes the call and says nothing; or it says 401.
	perl -MIO::Socket::INET -e '
		my $s = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1:19419", ReuseAddr => 1) or die;
		$SIG{ALRM} = sub { exit 0 }; alarm 60; my @kept; while (my $c = $s->accept) { push @kept, $c }' 3>&- &
	hang=$!
	perl -MIO::Socket::INET -e '
		my $s = IO::Socket::INET->new(Listen => 5, LocalAddr => "127.0.0.1:19420", ReuseAddr => 1) or die;
		$SIG{ALRM} = sub { exit 0 }; alarm 60;
		while (my $c = $s->accept) { my $l; do { $l = <$c> } while (defined $l && $l ne "\r\n");
			print $c "HTTP/1.1 401 No\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"; close $c }' 3>&- &
	wants=$!
	sleep 0.5
	SUBMISSION_TIMEOUT=3 build http://127.0.0.1:19419/linux
	is_unreachable "did not answer within 3 s"
	SUBMISSION_TIMEOUT=20 build http://127.0.0.1:19420/linux
	is_unreachable "can everybody read it?"
	kill "$hang" "$wants"
}

@test "modules that are built are taken, and a link in their place is not" {
	mkdir built-by-others mine
	cp "$CACHE/modules/6.1/kvm.ko" "$CACHE/modules/6.1/kvm-amd.ko" built-by-others/
	echo 'rm -rf /' >built-by-others/options
	"$TOP/kernel-patch/build-submission" --tree "$TREE" --from built-by-others out
	cmp out/kvm.ko "$CACHE/modules/6.1/kvm.ko"
	[ ! -e out/options ]
	ln -sf /etc/shadow built-by-others/kvm-amd.ko
	run "$TOP/kernel-patch/build-submission" --tree "$TREE" --from built-by-others out
	is_refused "kvm-amd.ko is no regular file" out
}

@test "what is no submission is told, each by its cause" {
	run "$TOP/kernel-patch/build-submission" --tree "$TREE" "$built"
	[ "$status" -eq 2 ]
	[[ $output == *"--from SUBMISSION is missing"* ]]
	build /nonexistent
	[ "$status" -eq 2 ]
	[[ $output == *"there is no /nonexistent"* ]]
	mkdir empty two
	build empty
	is_refused "has nothing of KVM in it"
	echo PK >class.zip
	build class.zip
	[ "$status" -eq 2 ]
	[[ $output == *"unpack an archive first"* ]]
	echo "int main;" >two/hello.c
	build two
	is_refused "no file in"
	[[ $output == *"left out: hello.c"* ]]
	mkdir -p two/a two/b
	cp "$pristine/arch/x86/kvm/cpuid.c" two/a/
	cp "$changed/arch/x86/kvm/cpuid.c" two/b/
	build two
	is_refused "two files are arch/x86/kvm/cpuid.c, and they differ: a/cpuid.c and b/cpuid.c"
	rm -r two/b
	build two
	is_refused "changes nothing of KVM"
	build two --base 3.1.4
	[ "$status" -eq 2 ]
	[[ $output == *"no source of Linux 3.1.4 is known here, only of: "*6.1.* ]]
}

@test "one that does not compile gets the compiler's first error" {
	mkdir mine
	cp "$changed/arch/x86/kvm/svm/svm.c" mine/
	build mine
	# total_exits is in cpuid.c, which was forgotten.
	is_refused "does not compile"
	[[ $output == *undefined* ]]
	sed -i 's/u64 start = rdtsc();/u64 start = rdtsc()/' mine/svm.c
	build mine
	is_refused "does not compile"
	# It is told by the line of the file that was handed in, whatever the kernel's own has.
	line=$(($(grep -n 'u64 start = rdtsc()$' mine/svm.c | cut -d: -f1) + 1))
	[[ $output == *"arch/x86/kvm/svm/svm.c:$line:"*"expected "* ]]
	grep -q "^error: arch/x86/kvm/svm/svm.c:$line:.*expected" "$built/build-failed.txt"
	grep -q "^+.*u64 start = rdtsc()$" "$built/submission.patch"
	run "$EXITMETER" run --host emulated-svm --guest micro --cache "$C/cache" --module-dir "$built" --out "$OUT"
	[ "$status" -eq 1 ]
	[ "$(jq -r '.clauses[] | select(.weight != "not asked") | "\(.id) \(.verdict)"' "$OUT/verdicts.json")" = "builds fail" ]
	cmp "$OUT/submission.patch" "$built/submission.patch"
}

@test "a change that does not fit is shown with both sides, and nothing is built" {
	sed 's/^ \tecx = kvm_rcx_read(vcpu);/ \tecx = read_of_another_kernel(vcpu, nothing, alike);/; s/^-\tkvm_cpuid(.*/-\tanother(kernel);/' "$CHANGE" >other.patch
	build other.patch
	is_refused "files conflict with the source of"
	[[ $output == *"--- the change to arch/x86/kvm/cpuid.c:"*"--- arch/x86/kvm/cpuid.c of 6.1."* ]]
	diff <(grep '^[-+]' other.patch) <(grep '^[-+]' "$built/submission.patch")
}

@test "fuzz that puts a hunk into another function is said, and another kernel that takes it is named" {
	# Another kernel, in which the function stands as the patch knows it.
	mkdir -p trees/build-bullseye/usr/src/linux
	ln -s "$TREE" trees/build-bookworm
	cp -r "$pristine/." trees/build-bullseye/usr/src/linux/
	printf '{\n  "kind": "tree",\n  "suite": "bullseye",\n  "kernel": "5.10.0-1-amd64",\n  "version": "5.10.1-1",\n  "source": "/usr/src/linux"\n}\n' \
		>trees/build-bullseye/tree.json
	sed -i 's/^\tkvm_rax_write(vcpu, eax);/\tkvm_rax_write(vcpu, (u32)eax);/' trees/build-bullseye/usr/src/linux/arch/x86/kvm/cpuid.c
	cp -r trees/build-bullseye/usr/src/linux theirs
	sed -i 's/^\tkvm_rbx_write(vcpu, ebx);/&\n\tif (eax == 0x4FFFFFFF)\n\t\tkvm_rbx_write(vcpu, 0);/' theirs/arch/x86/kvm/cpuid.c
	diff -up trees/build-bullseye/usr/src/linux/arch/x86/kvm/cpuid.c theirs/arch/x86/kvm/cpuid.c |
		sed '1,2s|^\(---\|+++\) [^/]*/.*arch|\1 a/arch|; s/^@@ \(.*\) @@ .*/@@ \1 @@ static int kvm_another_function(struct kvm_vcpu *vcpu)/' >answer.patch
	cat answer.patch
	run "$TOP/kernel-patch/build-submission" --tree "$PWD/trees/build-bookworm" --from answer.patch "$built"
	echo "$output"
	[ "$status" -eq 0 ]
	[[ $output == *"arch/x86/kvm/cpuid.c: went in with fuzz"* ]]
	[[ $output == *"check: arch/x86/kvm/cpuid.c: the change to kvm_another_function() did not go into a function of that name"* ]]
	[[ $output == *"fits: KERNEL=5.10 takes it without fuzz"* ]]
	[[ $output == *"look at this, which did not fit as it was:"*"+++ b/arch/x86/kvm/cpuid.c"*"+"*"if (eax == 0x4FFFFFFF)"* ]]
	grep -qx "file: fuzz arch/x86/kvm/cpuid.c" "$built/submission.txt"
	grep -q "^check: arch/x86/kvm/cpuid.c" "$built/submission.txt"
}

@test "a change that was made where kvm_cpuid() takes check_limit is put in the words of exact_only" {
	cp -r "$changed" older
	# As Linux 5.6 has it.
	sed -i 's/exact_only/check_limit/; s/\(kvm_cpuid([^;]*, \)false)/\1true)/' older/arch/x86/kvm/cpuid.[ch]
	cp -r "$pristine" linux
	sed -i 's/exact_only/check_limit/; s/\(kvm_cpuid([^;]*, \)false)/\1true)/; ' linux/arch/x86/kvm/cpuid.[ch]
	sed -i 's/^SUBLEVEL = .*/SUBLEVEL = 7/; s/^PATCHLEVEL = .*/PATCHLEVEL = 6/; s/^VERSION = .*/VERSION = 5/' {linux,older}/Makefile
	git -C linux -c user.name=a -c user.email=a@localhost commit -qam 5.6.7
	git -C linux tag v5.6.7
	build older --linux "$PWD/linux"
	is_built
	[[ $output == *"check: kvm_cpuid(): true and false were exchanged"* ]]
}

@test "the base is found in a clone of Linux, and what had to be bent to fit is said" {
	cp -r "$pristine" linux
	# What Debian's kernel has and 6.0.7 has not.
	sed -i 's/^SUBLEVEL = .*/SUBLEVEL = 7/; s/^PATCHLEVEL = .*/PATCHLEVEL = 0/' linux/Makefile
	sed -i 's/^\teax = kvm_rax_read(vcpu);/\teax = (u32)kvm_rax_read(vcpu);/; s/^EXPORT_SYMBOL_GPL(kvm_cpuid);/EXPORT_SYMBOL_GPL(kvm_cpuid);\n\n\/* of 6.0 *\//' linux/arch/x86/kvm/cpuid.c
	git -C linux -c user.name=a -c user.email=a@localhost commit -qam 6.0.7
	git -C linux tag v6.0.7
	cp -r linux fork
	patch -s -p1 -d fork <"$CHANGE"
	build fork --linux "$PWD/linux"
	is_built
	[[ $output == *"base: 6.0.7, as its Makefile says"* ]]
	[[ $output == *"arch/x86/kvm/cpuid.c: its lines were put in one by one"* ]]
	grep -qx "file: placed arch/x86/kvm/cpuid.c" "$built/submission.txt"
	rm fork/Makefile
	build fork --linux "$PWD/linux"
	is_built
	[[ $output == *"base: 6.0.7, the nearest of those known here"* ]]
}

@test "two loose files of a kernel that nobody knows: the author's lines go in, and Linux's own stay out" {
	mkdir loose
	cp "$changed"/arch/x86/kvm/{cpuid.c,svm/svm.c} loose/
	sed -i 's/\bentry->/other_entry->/g' loose/cpuid.c
	build loose
	is_built
	[[ $output == *"base: not known here, like "* ]]
	[[ $output == *"check: the base is not known: "*" lines are taken for the author's"* ]]
	grep -q '^check: the base is not known' "$built/submission.txt"
	grep -q '^base: not known here' "$built/submission.txt"
}

@test "a submission writes nowhere and reads nothing of this machine" {
	cp -r "$changed" tree
	rm -rf tree/.git
	# Its Makefile tells what it could do.
	cat >>tree/arch/x86/kvm/Makefile <<-'END'
	$(info who=$(shell id -u))
	$(info caps=$(shell sed -n 's/^CapEff:\t//p' /proc/self/status))
	$(info net=$(shell cat /proc/net/dev | grep -c eth))
	$(info wrote=$(shell touch /usr/pwned /etc/pwned /srv/pwned 2>/dev/null; ls /usr/pwned /etc/pwned /srv/pwned 2>/dev/null))
	$(info sees=$(shell ls -A /root /mnt/../root 2>/dev/null | grep -v :; ls -d /work "$(CURDIR)/../../../../../../work" 2>/dev/null))
	$(info others=$(shell ls -d /proc/[0-9]* | wc -l))
	$(error told)
	END
	build tree
	is_refused "does not compile"
	[ -z "$(compgen -G "$TREE/usr/pwned"; compgen -G "$TREE/etc/pwned")" ]
	[ ! -e /usr/pwned ] && [ ! -e /etc/pwned ]
	log=$output
	sed -i '/error told/d' tree/arch/x86/kvm/Makefile
	sed -i 's/^$(info /$(warning error /' tree/arch/x86/kvm/Makefile
	echo '$(error told)' >>tree/arch/x86/kvm/Makefile
	build tree
	[[ $output == *"who=65534"* ]]
	[[ $output == *"caps=0000000000000000"* ]]
	[[ $output == *"net=0"* ]]
	[[ $output == *"error wrote="$'\n'* ]]
	[[ $output == *"error sees="$'\n'* ]]
	# A folder of KVM's that is a link leads elsewhere.
	cp -r "$changed" linked
	mv linked/virt elsewhere
	ln -s ../elsewhere linked/virt
	build linked
	is_refused "linked/virt is a link"
	# A patch that leads out of the tree has no file there.
	printf '%s\n' '--- /dev/null' '+++ b/arch/x86/kvm/../../../../../pwned' '@@ -0,0 +1 @@' '+x' >out.patch
	build out.patch
	is_refused "no hunk of $PWD/out.patch is for a file of KVM"
	[[ $output == *"left out: "* ]]
}

@test "our own series, handed in as source, passes" {
	GIT_AUTHOR_NAME=T GIT_AUTHOR_EMAIL=t@localhost GIT_COMMITTER_NAME=T GIT_COMMITTER_EMAIL=t@localhost \
		"$TOP/kernel-patch/make-patches" --tree "$TREE" "$PWD/patches"
	build patches
	[ "$status" -eq 0 ]
	run_vm --host emulated-svm --guest micro --module-dir "$built"
	[ "$status" -eq 0 ]
	[ "$(verdict sum-exits)" = pass ]
	[ "$(verdict regs-not-enabled)" = pass ]
	[ "$(verdict oracle-trace)" = pass ]
}

@test "one that crashes its host fails by the clause stable, with its function and where its author has it" {
	mkdir mine
	cp "$changed"/arch/x86/kvm/{cpuid.c,svm/svm.c} mine/
	# After some exits a pointer is followed that was never set.
	sed -i 's/^extern atomic64_t total_exits/static u64 *exit_table;\n&/
		s/^\tatomic64_add(1, &total_exits);/&\n\tif (atomic64_read(\&total_exits) > 3000)\n\t\tREAD_ONCE(exit_table)[3]++;/' mine/svm.c
	build mine
	[ "$status" -eq 0 ]
	run_vm --host emulated-svm --guest micro --module-dir "$built"
	[ "$status" -eq 1 ]
	[ "$(outcome)" = host-crashed ]
	[ "$(verdict stable)" = fail ]
	[ "$(jq -r '[.clauses[] | select(.weight != "not asked") | .id] | join(" ")' "$OUT/verdicts.json")" = "builds stable" ]
	# No emulator's fault looks like this, so that once is enough.
	[ "$(jq .host_attempts "$OUT/summary.json")" -eq 1 ]
	line=$(grep -n '^static int svm_handle_exit' mine/svm.c | cut -d: -f1)
	jq -r '.clauses[] | select(.id == "stable") | .got' "$OUT/verdicts.json" |
		grep -E "it crashed in svm_handle_exit\+0x[0-9a-f]+ of kvm_amd: BUG: kernel NULL pointer .* arch/x86/kvm/svm/svm.c:$line$"
}

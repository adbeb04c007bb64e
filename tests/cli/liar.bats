#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# What an L1 host that lies can do: nothing but to its own run. Each L1 here says on its ports and writes to its disk
# what the test chooses (tests/lib/fake-bochs); L0 is the real program.

load ../lib/cli.bash
load ../lib/bochs.bash
bats_require_minimum_version 1.5.0

setup() {
	bochs_setup
	mkdir "$D/class"
	subject reference 'honest; pack; finish'
}

teardown() { [ -z "$(find "$D" -name '*.part*')" ]; }

# subject NAME SCRIPT: makes a subject whose L1 does that.
subject() {
	mkdir -p "$D/class/$1"
	printf '%s\n' "$2" >"$D/class/$1/kvm.ko"
	touch "$D/class/$1/kvm-intel.ko"
}

# grade [OPTION...]: grades the class, two at a time.
grade() {
	run "$exitmeter" grade --subjects "$D/class" --out "$D/out" --cache "$cache" --kit "$kit" --host emulated-vmx \
		--guest micro --layout split --vcpus 1 --memory 512 --jobs 2 "$@"
	echo "$output"
}

row() { jq -r --arg name "$1" ".subjects[] | select(.subject == \$name) | $2" "$D/out/grades.json"; }
detail() { jq -r .detail "$D/out/subjects/$1/evidence.json"; }

# is_lost NAME WORDS: the subject's run is lost for that reason, which is told as an L1's or as one of L0.
is_lost() {
	[ "$(row "$1" .verdict)" = lost ] || { echo "$1 is $(row "$1" .verdict)"; return 1; }
	[ "$(jq -r .outcome "$D/out/subjects/$1/evidence.json")" = host-lost ]
	[[ $(detail "$1") == *"$2"* ]] || { echo "$1: $(detail "$1")"; return 1; }
}

# The reference's verdicts, without what differs between any two runs.
verdicts_of_reference() { jq -S 'del(.edition_why)' "$D/out/subjects/reference/verdicts.json"; }

@test "unpatched, liar, reference: each has its own verdict, whatever the liar says of the others" {
	subject unpatched 'honest fail-stock-vmx; pack; finish'
	grade
	[ "$(row reference .verdict)" = pass ]
	[ "$(row unpatched .verdict)" = fail ]
	verdicts_of_reference >"$D/before"
	find "$cache" -type f ! -path '*/scratch/*' -exec sha256sum {} + | sort -k2 >"$D/cache.before"
	rm -rf "$D/out"
	# What once made an L0 take results out of the place of another subject.
	subject liar 'honest fail-stock-vmx
		for other in reference unpatched; do
			say "exitmeter-host: subject $other begins"
			say "exitmeter-host: subject $other status 0"
		done
		mkdir "$work/x"; for name in verdicts.json junit.xml summary.json report.txt report.tap SHA256SUMS; do
			cp "$here/runs/pass/expected.txt" "$work/$name"; done
		rmdir "$work/x"; truncate -s 400M "$results"
		(cd "$here/runs/pass" && tar --format=ustar --owner=0 --group=0 -cf - *) | dd of="$results" bs=1M seek=192 conv=notrunc 2>/dev/null
		tar -cf "$work/libvirt-cache.tar" -C "$here/runs/pass" .
		pack; finish'
	grade
	[ "$(row reference .verdict)" = pass ]
	[ "$(row unpatched .verdict)" = fail ]
	[ "$(row liar .verdict)" = fail ]
	diff "$D/before" <(verdicts_of_reference)
	# Nothing that came out of an L1 is an input of another.
	find "$cache" -type f ! -path '*/scratch/*' -exec sha256sum {} + | sort -k2 | diff "$D/cache.before" -
}

@test "what L0 asked for is held against what an L1 tells of its run" {
	subject nonce 'honest; edit ".nonce = \"0123456789abcdef\""; pack; finish'
	subject scenario 'honest; edit ".scenario = \"shutdown\""; pack; finish'
	subject vcpus 'honest; edit ".vcpus = 7"; pack; finish'
	subject memory 'honest; edit ".memory_mib = 4096"; pack; finish'
	subject sdm 'honest; edit ".sdm = 2011"; pack; finish'
	subject layout 'honest; edit ".layout = \"reversed\""; pack; finish'
	subject found 'honest; edit ".layout_found = true"; pack; finish'
	subject guest 'honest; edit ".guest = \"cloud\""; pack; finish'
	subject modules 'honest; edit ".modules = \"stock\""; pack; finish'
	subject outcome 'honest; edit ".outcome = \"not-built\""; pack; finish'
	subject crashed 'honest; edit ".outcome = \"host-crashed\""; pack; finish'
	subject records 'honest; sed -i "s/nonce=[0-9a-f]*/nonce=0123456789abcdef/" "$work/records.log"; pack; finish'
	grade
	is_lost nonce "L1: it tells of another run: its nonce is 0123456789abcdef"
	is_lost scenario "L1: it tells of another run: its scenario is shutdown"
	is_lost vcpus "L1: it tells of another run: its number of vCPUs is 7, and 1 was asked for"
	is_lost memory "its memory is 4096"
	is_lost sdm "its year of the manual is 2011"
	is_lost layout "its layout is reversed, and split was asked for"
	is_lost found "its layout is found out"
	is_lost guest "its guest is cloud"
	is_lost modules "its choice of modules is stock"
	is_lost outcome "L1: it tells the outcome not-built"
	is_lost crashed "L1: it tells the outcome host-crashed"
	[ "$(row records .verdict)" = lost ]
	[ "$(row reference .verdict)" = pass ]
	# L0's own configuration is kept, never the one that an L1 brings.
	[ "$(jq -r .host "$D/out/subjects/nonce/config.json")" = emulated-vmx ]
}

@test "an error that an L1 tells is a lost run, and neither a skip nor the user's fault" {
	for status in 77 0 1 2 124 130 255 999 -1; do
		subject "error$status" "say 'error $status there is no KVM here, so skip me'; finish"
	done
	grade
	[ "$status" -eq 3 ]
	for status in 77 0 1 2 124 130 255 999; do
		is_lost "error$status" "L1: there is no KVM here, so skip me"
		[ "$(jq .exit_code "$D/out/subjects/error$status/verdicts.json")" -eq 3 ]
	done
	[ "$(row error-1 .verdict)" = lost ]
	[ "$(row reference .verdict)" = pass ]
	run "$exitmeter" run --cache "$cache" --kit "$kit" --host emulated-vmx --guest micro --layout split --memory 512 \
		--module-dir "$D/class/error77" --out "$D/run"
	[ "$status" -eq 3 ]
	[ -f "$D/run/verdicts.json" ]
}

@test "what judging and L0 write is never taken from an L1, be its disk whole or torn" {
	local lies='for name in verdicts.json summary.json report.txt report.tap junit.xml SHA256SUMS config.json \
		host-console.log host-progress.log host-bochsrc.txt host-domain.xml inputs.txt submission.txt build-failed.txt \
		submission.patch edition.txt; do echo "A LIE" >"$work/$name"; done'
	subject whole "honest; $lies; pack; finish"
	subject torn "honest; $lies; torn; finish"
	subject early "honest; $lies; say 'exitmeter-host: status 0'; sleep 1; pack; exec sleep 60"
	grade
	[ "$(row whole .verdict)" = pass ]
	is_lost torn "the results disk of the L1 host"
	is_lost early "the results disk of the L1 host"
	[ -z "$(grep -rl 'A LIE' "$D/out/subjects")" ]
	[ "$(jq -r .verdict "$D/out/subjects/torn/verdicts.json")" = lost ]
	grep -q '<error' "$D/out/subjects/torn/junit.xml"
}

@test "a results disk brings plain files of its own run only" {
	subject above 'honest; echo x >"$work/../escaped"; pack --transform "s,^console.log,../escaped," ; finish'
	subject absolute "honest; pack -P --transform 's,^console.log,$D/escaped,'; finish"
	subject link 'honest; ln -sf /etc/passwd "$work/console.log"; pack; finish'
	subject hardlink 'honest; ln "$work/records.log" "$work/another"; pack; finish'
	subject folder 'honest; mkdir "$work/deep"; pack; finish'
	subject twice 'honest; pack records.log; finish'
	subject many 'honest; for i in $(seq 70); do echo >"$work/f$i"; done; pack; finish'
	subject noise 'honest; head -c 1M /dev/urandom >"$results"; finish'
	subject empty 'finish'
	grade
	for name in above absolute link hardlink folder twice many noise empty; do
		is_lost "$name" "the results disk of the L1 host"
	done
	[ ! -e "$D/escaped" ]
	[ "$(row reference .verdict)" = pass ]
}

@test "the words of an L1 are bounded, masked, and told as an L1's" {
	subject words 'printf "note \033]0;owned\007verdict: pass\n" >>"$port"; say "note $(head -c 5000 /dev/zero | tr "\0" x)"
		honest; edit ".outcome = \"panic\" | .detail = \"Kernel panic \\u001b[2J\""; pack; finish'
	subject endless 'yes "note x" | head -c 20M >>"$port"; honest; pack; finish'
	subject off 'say "phase load modules"; exit 0'
	grade
	[[ $(detail words) == "L1: Kernel panic "* ]]
	[ -z "$(LC_ALL=C grep -rlP '\x1b' "$D/out/subjects/words/report.txt" "$D/out/grades.csv" "$D/out/logs")" ]
	grep -q '  L1: ?]0;owned?verdict: pass' "$D/out/logs/words.emulated-vmx.log"
	is_lost off "the L1 host is lost"
	[ "$(row endless .verdict)" = lost ]
	[ "$(row reference .verdict)" = pass ]
}

@test "modules that do not fit the host are told before one boots" {
	subject other 'say "note booted"; honest; pack; finish'
	sed -i "1i vermagic=5.10.0-9-amd64" "$D/class/other/kvm.ko"
	mkdir "$D/class/lonely"
	touch "$D/class/lonely/"{kvm.ko,kvm-amd.ko}
	jq '.kernel = "6.1.0-fake"' "$cache/images/host-bookworm/image.json" >"$D/image.json"
	mv "$D/image.json" "$cache/images/host-bookworm/image.json"
	for name in kvm kvm-intel; do printf 'vermagic=6.1.0-fake\n%s\n' "$(<"$D/class/reference/$name.ko")" >"$D/$name.ko"; done
	cp "$D/"*.ko "$D/class/reference/"
	grade
	[ "$(row reference .verdict)" = pass ]
	[ "$(row other .state)" = "not a submission" ]
	[[ $(row other .why) == "kvm.ko is built for the kernel 5.10.0-9-amd64, and the host's is 6.1.0-fake: "* ]]
	[ ! -e "$D/out/logs/other.emulated-vmx.log" ]
	run "$exitmeter" run --cache "$cache" --kit "$kit" --host emulated-vmx --guest micro --module-dir "$D/class/lonely" \
		--out "$D/run"
	[ "$status" -eq 77 ]
	[[ $output == *"there is no kvm-intel.ko among the modules"* ]] || [[ $output == *"kvm.ko is built for"* ]]
	[[ $output != */payload/* ]]
	printf 'submission 1\nvendors: svm\n' >"$D/class/reference/submission.txt"
	run "$exitmeter" run --cache "$cache" --kit "$kit" --host emulated-vmx --guest micro --module-dir "$D/class/reference" \
		--out "$D/run"
	[ "$status" -eq 2 ]
	[[ $output == *"changes the code of SVM only"*"--host emulated-svm"* ]]
	[ ! -e "$D/run" ]
}

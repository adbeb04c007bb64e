#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# A class with real boots: built from source and handed in as modules, measured on the vendor that each changes, killed
# in the middle and gone on with.

load ../lib/vm.bash

setup() {
	[ "$(id -u)" -eq 0 ] || skip "wants root"
	TREE=$CACHE/trees/build-$SUITE
	[ -f "$TREE/tree.json" ] || skip "no build tree at $TREE; make tree makes it"
	vm_setup
	ln -s "$CACHE/images/host-$SUITE" "$C/cache/images/"
	mkdir "$C/class" "$C/class/vmx only"
	cp -r "$CACHE/modules/$KERNEL" "$C/class/ours"
	cp "$TOP/tests/fixtures/submissions/global-totals.patch" "$C/class/"
	echo "read me" >"$C/class/README.txt"
	"$TOP/kernel-patch/make-source" --tree "$TREE" "$C/source"
	{ cat "$C/source/arch/x86/kvm/vmx/vmx.c"; echo 'int class_has_touched_vmx;'; } >"$C/class/vmx only/vmx.c"
}

teardown() { vm_teardown; }

grade() {
	"$EXITMETER" grade --subjects "$C/class" --out "$OUT" --cache "$C/cache" "${VM_KERNEL[@]}" --host emulated-svm --guest micro \
		--builder "$TOP/kernel-patch/build-submission" --tree "$TREE" "$@"
}

row() { jq -r --arg name "$1" ".subjects[] | select(.subject == \$name) | $2" "$OUT/grades.json"; }

@test "a class of sources and modules is graded, also when it is killed in the middle" {
	[ "$KERNEL" = 6.1 ] || skip "the patch is on 6.1"
	grade --jobs 1 >"$C/log" 2>&1 &
	pid=$!
	for _ in $(seq 600); do
		[ ! -f "$OUT/subjects/ours/verdicts.json" ] || break
		kill -0 "$pid" || break
		sleep 1
	done
	kill -9 "$pid"
	wait "$pid" || true
	cat "$C/log"
	first=$(jq -r .started "$OUT/subjects/ours/evidence.json")
	run grade --jobs 1
	echo "$output"
	[ "$status" -eq 1 ]
	# What was done is not done again.
	[ "$(jq -r .started "$OUT/subjects/ours/evidence.json")" = "$first" ]
	[ "$(row README.txt .state)" = "not a submission" ]
	[ "$(row ours '.runs | length')" -eq 1 ]
	[ "$(row global-totals.patch '.runs[0].host')" = emulated-svm ]
	[ "$(row "vmx only" '[.runs[].host] | join(" ")')" = emulated-vmx ]
	[[ $(row "vmx only" '.notes["measured on"]') == "emulated-vmx: it is VMX's code"* ]]
	[ "$(row "vmx only" .verdict)" = fail ]
	# Nothing is left to do: no host boots.
	before=$(find "$OUT/subjects" "$OUT/second-vendor" -name evidence.json -exec sha256sum {} + | sort)
	run grade
	[ "$status" -eq 1 ]
	[ "$(find "$OUT/subjects" "$OUT/second-vendor" -name evidence.json -exec sha256sum {} + | sort)" = "$before" ]
}

@test "a change that was made on 5.10 and does not fit 6.1 is measured on 5.10" {
	[ "$KERNEL" = 6.1 ] || skip "6.1 is what it does not fit"
	make -s -C "$TOP" -j2 tree host-image host-program KERNEL=5.10 CACHE="$CACHE"
	mkdir "$C/cache/trees"
	for of in bookworm bullseye; do
		ln -sfn "$CACHE/images/host-$of" "$C/cache/images/host-$of"
		ln -s "$CACHE/trees/build-$of" "$C/cache/trees/"
	done
	rm -r "$C/class"
	mkdir "$C/class"
	"$TOP/kernel-patch/make-source" --tree "$CACHE/trees/build-bullseye" "$C/of-5.10"
	# Linux 5.17 has renamed this member.
	echo 'unsigned long class_is_of_5_10 = sizeof(((struct kvm_x86_ops *)0)->run);' >>"$C/of-5.10/arch/x86/kvm/x86.c"
	git -C "$C/of-5.10" diff >"$C/class/old.patch"
	run grade --kernels 5.10
	echo "$output"
	# It counts nothing.
	[ "$status" -eq 1 ]
	[[ $(row old.patch .notes.kernel) == 5.10.*", since it does not fit 6.1."* ]]
	[ "$(row old.patch '[.runs[0].clauses[] | select(.verdict == "fail")][0].id')" = implemented ]
}

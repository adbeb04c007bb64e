#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# A few wrong patches in one boot of a host, each of which must fail by its clause. `make test-mutants` tries all.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "wrong patches fail by their clauses, as modules and as source, and another's right one passes in the layout found out" {
	[ "$KERNEL" = 6.1 ] || skip "the patches are on 6.1"
	mkdir "$C/cache/trees" "$C/cache/modules"
	ln -s "$CACHE/trees/build-$SUITE" "$C/cache/trees/"
	ln -s "$CACHE/modules/$KERNEL" "$C/cache/modules/"
	ln -s "$CACHE/images/host-$SUITE" "$C/cache/images/"
	CACHE=$C/cache run "$TOP/tests/mutants/run" --hosts emulated-svm --out "$OUT" \
		00-foreign 01-ebx-leaks 18-not-reset 01-edx-leaks.files 30-paging-ignored
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c ' ok ' <<< "$output")" -eq 5 ]
	[ "$(jq -r .submission.form "$OUT/emulated-svm/subjects/01-edx-leaks.files/summary.json")" = files ]
	# Each has a run folder of its own, as after a run with this patch alone.
	[ "$(jq -r .verdict "$OUT/emulated-svm/subjects/00-foreign/verdicts.json")" = pass ]
	jq -e '.clauses[] | select(.id == "host-agrees") | .verdict == "skip"' "$OUT/emulated-svm/subjects/00-foreign/verdicts.json"
	jq -e '.clauses[] | select(.id == "layout") | .got | test("found out")' "$OUT/emulated-svm/subjects/00-foreign/verdicts.json"
	# Handed in as a patch or a tree it becomes the same modules, byte for byte.
	source=$C/cache/mutants-$KERNEL-source
	for form in patch tree; do
		"$TOP/tests/mutants/as-source" --form "$form" --tree "$CACHE/trees/build-$SUITE" "$source" "$TOP/tests/mutants/01-edx-leaks.patch"
		for name in kvm kvm-amd kvm-intel; do
			cmp "$source/$form/modules/01-edx-leaks/$name.ko" "$source/files/modules/01-edx-leaks/$name.ko"
		done
	done
	run "$EXITMETER" replay "$OUT/emulated-svm/subjects/01-ebx-leaks"
	[ "$status" -eq 1 ]
	# Again, nothing has changed: each is judged anew, and none is measured.
	sums=$(sha256sum "$OUT"/emulated-svm/subjects/*/evidence.json)
	CACHE=$C/cache run "$TOP/tests/mutants/run" --hosts emulated-svm --out "$OUT" 00-foreign 01-ebx-leaks 18-not-reset
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(sha256sum "$OUT"/emulated-svm/subjects/*/evidence.json)" = "$sums" ]
}

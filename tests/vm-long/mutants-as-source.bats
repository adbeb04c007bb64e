#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# What `make test-mutants` finds in a mutant's modules, it finds however the mutant was handed in: they are the same, byte
# for byte. MUTANTS names some of them (default: all). No VM is booted.

load ../lib/vm.bash

@test "each mutant handed in as a patch, as files or as a tree becomes the very modules that make test-mutants measures" {
	[ "$KERNEL" = 6.1 ] || skip "the patches are on 6.1"
	[ "$(id -u)" -eq 0 ] || skip "it would ask for root's rights for each of 200 builds"
	tree=$CACHE/trees/build-$SUITE
	patches=("$TOP"/tests/mutants/*.patch)
	if [ -n "${MUTANTS-}" ]; then
		read -ra patches <<< "$MUTANTS"
		patches=("${patches[@]/#/$TOP/tests/mutants/}")
		patches=("${patches[@]/%/.patch}")
	fi
	to=$BATS_FILE_TMPDIR
	"$TOP/tests/mutants/build" --tree "$tree" --modules "$CACHE/modules/$KERNEL" "$to/built" "${patches[@]}"
	compared=0
	for form in patch files tree; do
		"$TOP/tests/mutants/as-source" --form "$form" --tree "$tree" "$to/source" "${patches[@]}"
		for patch in "${patches[@]}"; do
			name=$(basename "$patch" .patch)
			for module in kvm kvm-amd kvm-intel; do
				cmp "$to/built/modules/$name/$module.ko" "$to/source/$form/modules/$name/$module.ko"
				compared=$((compared + 1))
			done
		done
	done
	[ "$compared" -eq $((9 * ${#patches[@]})) ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# `--edition` names the assignment by which a run is judged; a saved run is judged again by another.

bats_require_minimum_version 1.5.0

setup() {
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	exitmeter=${EXITMETER:-$top/build/exitmeter}
	cd "$BATS_TEST_TMPDIR"
	export XDG_CACHE_HOME=$BATS_TEST_TMPDIR/cache
	dry=("$exitmeter" run --dry-run --guest micro --host emulated-svm)
}

# refused TEXT COMMAND...: the command ends with a usage error that has the text.
refused() {
	local text=$1
	shift
	run --separate-stderr "$@"
	[ "$status" -eq 2 ]
	[[ $stderr == *"$text"* ]] || { echo "$stderr"; return 1; }
}

# mine [SED]: writes ./mine.edition, which is a3-2021's text, changed.
mine() {
	sed "${1:-}" "$top/kernel-patch/editions/a3-2021.edition" >mine.edition
}

# saved NAME: puts a copy of a saved run into ./run.
saved() {
	rm -rf run
	cp -r -- "$top/tests/fixtures/runs/$1" run
}

@test "an edition brings its layout with it" {
	run -0 "${dry[@]}" --edition a3-2022
	[[ ${lines[0]} == "host emulated-svm, guest micro, scenario boot, layout reversed, modules patched, edition a3-2022" ]]
	run -0 "${dry[@]}" --edition a2-2020
	[[ ${lines[0]} == *"layout combined,"* ]]
	run -0 "${dry[@]}" --edition auto
	[[ ${lines[0]} == *"layout auto,"*"edition auto" ]]
	run -0 "${dry[@]}" --edition exitmeter --layout reversed
	[[ ${lines[0]} == *"layout reversed,"*"edition exitmeter" ]]
	run -0 "${dry[@]}" --layout combined
	[[ ${lines[0]} == *"layout combined, modules patched" ]]
	run -0 "${dry[@]}"
	[[ ${lines[0]} == *"layout split, modules patched" ]]
}

@test "what modules that are not ours speak is found out, unless somebody says it" {
	mkdir modules
	touch modules/kvm.ko
	run -0 "${dry[@]}" --module-dir modules
	[[ ${lines[0]} == *"layout auto,"*"edition auto" ]]
	run -0 "${dry[@]}" --module-dir modules --layout reversed
	[[ ${lines[0]} == *"layout reversed, modules patched" ]]
	run -0 "${dry[@]}" --module-dir modules --edition a2-2021
	[[ ${lines[0]} == *"layout split,"*"edition a2-2021" ]]
	run -0 "${dry[@]}" --module-dir modules --modules stock
	[[ ${lines[0]} == *"layout split, modules stock" ]]
	echo '{}' >modules/build.json
	run -0 "${dry[@]}" --module-dir modules
	[[ ${lines[0]} == *"layout split, modules patched" ]]
}

@test "an edition that there is not is refused with those that there are" {
	refused "unknown edition 'a4-2020': it is one of a2-2020 a2-2021 a2-2022 a3-2020-reasons a3-2020 a3-2021-reasons \
a3-2021 a3-2022-reasons a3-2022 exitmeter, or auto, or the path of a file such as ./mine.edition" "${dry[@]}" --edition a4-2020
	refused "--edition has an empty value" "${dry[@]}" --edition ""
	refused "cannot read the edition ./none.edition: No such file or directory" "${dry[@]}" --edition ./none.edition
	refused "the edition a3-2022 has the layout reversed: leave out --layout split" "${dry[@]}" --edition a3-2022 --layout split
	refused "leave out --layout auto" "${dry[@]}" --edition a3-2022 --layout auto
}

@test "an edition of one's own is read strictly" {
	mine
	run -0 "${dry[@]}" --edition mine.edition
	[[ ${lines[0]} == *"layout split,"*"edition $PWD/mine.edition" ]]
	mine 's/sum-cycles/sum-cycle/'
	refused "mine.edition: line 13: there is no clause 'sum-cycle'" "${dry[@]}" --edition ./mine.edition
	mine '/^layout/d'
	refused "mine.edition: the key layout is missing" "${dry[@]}" --edition ./mine.edition
	mine
	mv mine.edition a3-2021.edition
	refused "'a3-2021' is the name of an edition that is built in: give the file another one" "${dry[@]}" --edition ./a3-2021.edition
	mv a3-2021.edition "My Lab.edition"
	refused "'My Lab' is no name of an edition" "${dry[@]}" --edition "./My Lab.edition"
	mkdir folder.edition
	refused "folder.edition" "${dry[@]}" --edition folder.edition
}

@test "a saved run is judged again by another edition, and then as it asked for once more" {
	saved pass-cloud
	run -0 "$exitmeter" replay run
	[ "$(jq -r .edition run/verdicts.json)" = exitmeter ]
	[[ $output != *"Judged by:"* ]]
	run -0 "$exitmeter" replay --edition a2-2021 run
	[[ $output == *"Judged by: a2-2021 (Assignment 2 of 2021: the totals in two leaves): it was asked for"* ]]
	jq -e '.edition == "a2-2021" and ([.clauses[] | select(.id == "sum-exits")][0] | .verdict == "none" and .weight == "not asked")
		and ([.clauses[] | select(.id == "regs-totals")][0].weight == "practice")' run/verdicts.json
	! grep -q sum-exits run/report.txt run/report.tap run/junit.xml || return 1
	"$top/tests/schema/validate" run
	run -0 "$exitmeter" replay run
	[ "$(jq -r .edition run/verdicts.json)" = exitmeter ]
}

@test "the figures of another layout cannot be judged" {
	saved pass-cloud
	refused "the guest has read the leaves by the layout split, and the edition a3-2022 has reversed: measure it again" \
		"$exitmeter" replay --edition a3-2022 run
	[ ! -e run/verdicts.json ]
}

@test "a run folder holds the edition of one's own, and is judged by it without the file" {
	saved pass-cloud
	mine 's/^title: .*/title: Lab 4/'
	run -0 "$exitmeter" replay --edition ./mine.edition run
	[[ $output == *"Judged by: mine (Lab 4): it was asked for"* ]]
	cp mine.edition run/edition.txt
	sed -i 's/"layout"/"edition": "mine", "edition_kept": true, &/' run/evidence.json
	rm mine.edition
	run -0 "$exitmeter" replay run
	[[ $output == *"Judged by: mine (Lab 4): it was asked for"* ]]
	jq -e '.edition == "mine" and .edition_kept' run/summary.json
	"$top/tests/schema/validate" run
	sed -i 's/^title/titel/' run/edition.txt
	refused "run/edition.txt: line 6: there is no key 'titel'" "$exitmeter" replay run
	rm run/edition.txt
	refused "edition.txt" "$exitmeter" replay run
}

@test "a run of an edition that this program does not have is not judged by another one" {
	saved pass
	sed -i 's/"layout"/"edition": "a9-2031", &/' run/evidence.json
	refused "is judged by the edition 'a9-2031', which this exitmeter does not have" "$exitmeter" replay run
}

@test "a file named edition.txt that the run has not asked for counts for nothing" {
	saved pass
	printf 'title: T\nlayout: split\nfigures: exits\nrequired: layout\n' >run/edition.txt
	run -0 "$exitmeter" replay run
	[ "$(jq -r .edition run/verdicts.json)" = exitmeter ]
}

@test "every built-in edition is in the table of its README" {
	local name
	for name in "$top"/kernel-patch/editions/*.edition; do
		grep -qF "| \`$(basename "$name" .edition)\` |" "$top/kernel-patch/editions/README.md"
	done
}

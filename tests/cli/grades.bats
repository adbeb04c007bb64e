#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# exitmeter grades: the files of a class, made anew from its run folders.

bats_require_minimum_version 1.5.0

load ../lib/cli.bash

# Each folder below subjects is a saved run. The grades.json is as far as `exitmeter grades` needs one.
make_class() {
	mkdir -p "$out/subjects"
	cp -r "$top/tests/fixtures/runs/pass-micro" "$out/subjects/ann"
	cp -r "$top/tests/fixtures/runs/fail-stock-svm" "$out/subjects/bob"
	cp -r "$top/tests/fixtures/runs/panic" "$out/subjects/cem"
	jq -n '
		def run: {folder: "subjects/\(.)", host: "emulated-svm", vendor: "svm", edition: "exitmeter", verdict: "lost",
			exit_code: 3, notes: {}, errors: null, clauses: []};
		def row(folder): {subject: ., folder: folder, source: ., columns: {}, state: "measured", why: null, notes: {},
			runs: [folder | run]};
		{format: 2, subjects: [
			("Änn" | row("ann") | .columns = {section: "A", "e-mail": "@ann"}),
			("bob <b>&amp;\u009b\u202e" | row("bob")),
			("cem" | row("cem")),
			("README.txt" | row("README.txt") | .runs = [] | .state = "not a submission" | .why = "=1+1\ntwo")
		]}' > "$out/grades.json"
}

# change SUBJECT: gives it a change of a hundred lines.
change() {
	seq 100 | sed 's/.*/+\tint count_&(struct kvm_vcpu *vcpu, u32 reason) { return vcpu->arch.exits[reason] + &; }/' \
		> "$BATS_TEST_TMPDIR/lines"
	{ printf '%s\n' '--- a/x.c' '+++ b/x.c' '@@ -0,0 +1,100 @@' && cat "$BATS_TEST_TMPDIR/lines"; } \
		> "$out/subjects/$1/submission.patch"
}

sums() { (cd "$out" && find . -type f -exec sha256sum {} + | sort -k 2); }

# grades CODE [OPTION]...: runs it on the class.
grades() {
	local code=$1
	shift
	run -"$code" --separate-stderr "$exitmeter" grades --cache "$cache" "$@" "$out"
	echo "stdout: $output; stderr: $stderr"
}

@test "each subject is judged again, and has its line, its cells and its feedback" {
	make_class
	grades 1
	[[ ${lines[0]} == "subject "*"verdict"* ]]
	[[ ${lines[1]} == "README.txt "*"not a submission =1+1" ]]
	[[ ${lines[2]} == "bob <b>&amp;.. "*" 0 of 100 "*" fail "*" implemented" ]]
	[[ ${lines[3]} == "cem "*" lost"* ]]
	[[ ${lines[4]} == "Änn "*" 100 of 100 "*" pass"* ]]
	[[ $output == *"1 passed, 2 failed, 1 lost"*"$out/grades.html"* ]]
	"$top/tests/schema/validate" "$out/grades.json"
	[ "$(jq -r '.subjects[] | select(.folder == "ann") | .points | "\(.given) \(.of)"' "$out/grades.json")" = "100 100" ]
	[ "$(sed 1d "$out/grades.csv" | wc -l)" -eq 4 ]
	for name in ann bob cem README.txt; do [ -s "$out/feedback/$name.md" ]; done
	grep -q 'zeros in all four leaves' "$out/feedback/bob.md"
	grep -qxE '    make measure SUBMISSION=FOLDER GUEST=micro HOST=emulated-svm KERNEL=6\.1( .*)?' "$out/feedback/bob.md"
}

@test "the files are the same whenever they are written" {
	make_class
	grades 1
	sums > "$BATS_TEST_TMPDIR/first"
	grades 1
	sums | diff "$BATS_TEST_TMPDIR/first" -
}

@test "nothing that is not seen gets into any file, nor a formula into a cell" {
	make_class
	# A stranger's words come in by the class list, and by what a guest has said.
	jq '.detail = "\u0007\u001b]0;x\u0007\u009b31m \u202e \u007f <script>"' "$out/subjects/cem/evidence.json" \
		> "$BATS_TEST_TMPDIR/new"
	cp "$BATS_TEST_TMPDIR/new" "$out/subjects/cem/evidence.json"
	change bob
	grades 1
	for file in "$out"/grades.* "$out"/likeness.csv "$out"/feedback/* \
		"$out"/subjects/*/{report.txt,report.tap,junit.xml,verdicts.json,summary.json}; do
		python3 - "$file" <<-'END'
			import re, sys
			text = open(sys.argv[1], encoding="utf-8-sig", newline="").read()
			assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]", text), sys.argv[1]
			assert not sys.argv[1].endswith(".json") or text.isascii(), sys.argv[1]
		END
	done
	python3 - "$out/grades.csv" <<-'END'
		import csv, sys
		rows = list(csv.reader(open(sys.argv[1], encoding="utf-8-sig", newline="")))
		assert all(len(row) == len(rows[0]) for row in rows)
		cells = [cell for row in rows for cell in row]
		assert not [cell for cell in cells if cell[:1] in "=+-@" and cell], cells
		assert "'@ann" in cells and "'=1+1" in cells and "Änn" in cells, cells
	END
}

@test "the page is valid, needs nothing else, and its links lead to files" {
	make_class
	grades 1
	xmllint --noout --nonet "$out/grades.html"
	if command -v tidy >/dev/null; then tidy -quiet -errors --drop-empty-elements no "$out/grades.html"; fi
	run ! grep -E '<(script|link|img|iframe|object|form)|https?://[^w]|url\(|@import|src=' "$out/grades.html"
	grep -oP '<a href="\K[^"]*' "$out/grades.html" | sort -u > "$BATS_TEST_TMPDIR/links"
	[ "$(wc -l < "$BATS_TEST_TMPDIR/links")" -gt 8 ]
	while read -r link; do
		case $link in
		'#'*) grep -q "id=\"${link#'#'}\"" "$out/grades.html" ;;
		*) [ -f "$out/$link" ] ;;
		esac || { echo "$link leads nowhere"; false; }
	done < "$BATS_TEST_TMPDIR/links"
	# Whoever cannot see the page is told what a table, a column and a row are, and the language.
	[ "$(xmllint --xpath 'count(//*[local-name()="html"][@lang="en"]) = 1 and count(//*[local-name()="h1"]) = 1 and
		count(//*[local-name()="table"][1]/*[local-name()="caption"]) = 1 and
		count(//*[local-name()="th"][not(@scope)]) = 0 and
		count(//*[@id][@id = preceding::*/@id]) = 0' "$out/grades.html")" = true ]
}

@test "every text of a page has the contrast that WCAG 2 demands (AA), light and dark" {
	python3 - "$top/harness/report/style.css" <<-'END'
		import re, sys
		def light(colour):
		    parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
		    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts]
		    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
		blocks = re.findall(r":root \{(.*?)\}", open(sys.argv[1]).read(), re.S)
		assert len(blocks) == 2
		names = None
		for block in blocks:
		    colours = dict(re.findall(r"--([a-z]+-(?:page|ink)): (#[0-9a-f]{6});", block))
		    pairs = {name[:-5] for name in colours if name.endswith("-page")}
		    assert pairs == {name[:-4] for name in colours if name.endswith("-ink")} and len(pairs) >= 8
		    assert names in (None, pairs)
		    names = pairs
		    for name in pairs:
		        a, b = sorted((light(colours[name + "-page"]), light(colours[name + "-ink"])))
		        assert (b + 0.05) / (a + 0.05) >= 4.5, (name, (b + 0.05) / (a + 0.05))
	END
}

@test "another rubric gives other points, and a wrong one changes nothing" {
	make_class
	printf 'clause,points,text\nimplemented,2.5,It answers\noracle-points,1,\n' > "$BATS_TEST_TMPDIR/rubric.csv"
	grades 1 --rubric "$BATS_TEST_TMPDIR/rubric.csv"
	[ "$(jq -c '[.subjects[].points | [.given, .open, .of]]' "$out/grades.json")" = \
		'[[2.5,1,3.5],[0,0,3.5],[2.5,1,3.5],[0,3.5,3.5]]' ]
	grep -q 'oracle-points (1): not tried' "$out/grades.csv"
	fingerprint "$out" > "$BATS_TEST_TMPDIR/before"
	sed -i s/implemented/implementd/ "$BATS_TEST_TMPDIR/rubric.csv"
	refused 2 "rubric.csv: line 2: 'implementd' is neither a clause nor a group of clauses; did you mean 'implemented'?" \
		"$exitmeter" grades --cache "$cache" --rubric "$BATS_TEST_TMPDIR/rubric.csv" "$out"
	fingerprint "$out" | diff "$BATS_TEST_TMPDIR/before" -
}

@test "a run that cannot be judged by another edition costs only its own row" {
	make_class
	grades 1 --edition a2-2020
	[[ $stderr == *"the edition a2-2020 has combined"* ]]
	[ "$(jq -r '.subjects[] | select(.folder == "ann") | .verdict' "$out/grades.json")" = lost ]
	grades 1
	[ "$(jq -r '.subjects[] | select(.folder == "ann") | .verdict' "$out/grades.json")" = pass ]
}

@test "a run folder that has gone keeps its verdicts, and one that has changed is lost" {
	make_class
	grades 1
	rm -r "$out/subjects/bob"
	grades 1
	[[ $stderr == *"bob: its run folder is gone: its verdicts stay as they were"* ]]
	[ "$(jq -r '.subjects[] | select(.folder == "bob") | .failed[0]' "$out/grades.json")" = implemented ]
	(cd "$out/subjects/ann" && find . -type f ! -name SHA256SUMS -printf '%P\n' | sort | xargs sha256sum > SHA256SUMS)
	echo more >> "$out/subjects/ann/console.log"
	grades 1
	[[ $stderr == *"ann: "*"console.log"* ]]
	[ "$(jq -r '.subjects[] | select(.folder == "ann") | "\(.state) \(.verdict) \(.points.open)"' "$out/grades.json")" = \
		"lost lost 100" ]
	rm "$out/subjects/ann/SHA256SUMS"
	grades 1
	[ "$(jq -r '.subjects[] | select(.folder == "ann") | .verdict' "$out/grades.json")" = pass ]
}

@test "pairs that resemble each other are listed, by the lines that they add" {
	command -v sim_c > /dev/null || skip "similarity-tester is not installed"
	make_class
	change ann
	change bob
	grades 1
	[[ $output == *"1 pairs resemble each other"* ]]
	[ "$(sed -n 2p "$out/likeness.csv" | tr -d '\r')" = 'Änn,"bob <b>&amp;..",100,100,100,100' ]
	grep -q '100 % of 100 lines' "$out/grades.html"
	[ "$(jq -c '.likeness' "$out/grades.json")" = \
		'[{"one":"ann","another":"bob","percent_of_one":100,"percent_of_another":100}]' ]
}

@test "a missing, failing or talkative similarity-tester costs the list only" {
	make_class
	change ann
	change bob
	mkdir "$BATS_TEST_TMPDIR/bin"
	for tool in prlimit; do ln -s "$(command -v "$tool")" "$BATS_TEST_TMPDIR/bin/$tool"; done
	PATH=$BATS_TEST_TMPDIR/bin run -1 "$exitmeter" grades --cache "$cache" "$out"
	grep -q 'sim_c is not installed: run apt-get install similarity-tester' "$out/grades.html"
	[ "$(jq -c .likeness "$out/grades.json")" = null ]
	printf '#!/bin/sh\necho boom >&2; exit 9\n' > "$BATS_TEST_TMPDIR/bin/sim_c"
	chmod +x "$BATS_TEST_TMPDIR/bin/sim_c"
	PATH=$BATS_TEST_TMPDIR/bin run -1 "$exitmeter" grades --cache "$cache" "$out"
	grep -q 'could not be compared: .*boom' "$out/grades.html"
	# What it is given are plain files of our own names.
	cat > "$BATS_TEST_TMPDIR/bin/sim_c" <<-END
		#!/bin/bash
		while [ "\$1" != -o ]; do shift; done
		out=\$2
		shift 2
		for file; do [ -f "\$file" ] && [ ! -L "\$file" ] && echo "\${file##*/} \$(/usr/bin/wc -l < "\$file")"; done > "$BATS_TEST_TMPDIR/given"
		printf '0.c consists for 50 %% of 1.c material\n9.c consists for 50 %% of 1.c material\n\033[2J\n' > "\$out"
	END
	PATH=$BATS_TEST_TMPDIR/bin run -1 "$exitmeter" grades --cache "$cache" "$out"
	[ "$(cat "$BATS_TEST_TMPDIR/given")" = $'0.c 100\n1.c 100' ]
	[ "$(jq '.likeness | length' "$out/grades.json")" -eq 1 ]
}

@test "what is no class is refused" {
	refused 2 "want the folder of one class" "$exitmeter" grades
	refused 2 "want the folder of one class" "$exitmeter" grades a b
	refused 2 "$out/grades.json: " "$exitmeter" grades --cache "$cache" "$out"
	mkdir -p "$out"
	echo '{"format": 1, "subjects": []}' > "$out/grades.json"
	refused 2 "it is of an older exitmeter" "$exitmeter" grades --cache "$cache" "$out"
	run -0 "$exitmeter" grades --help
	[[ $output == *"--rubric FILE"*"Exit codes:"* ]]
}

@test "the manual's table of groups is that of the code" {
	sed -n '/^} groups\[/,/^};/p' "$top/harness/report/clause_group.c" | tr -d '\n' | grep -oE '\{ "[a-z]+", "[^"]*",[^{]*\{[^}]*\}' |
		sed -E 's/^\{ ("[a-z]+"), "[^"]*",/\1/' | grep -oE '"[a-z-]+"' | tr -d '"' > "$BATS_TEST_TMPDIR/code"
	sed -n '/^| group |/,/^$/p' "$top/harness/MANUAL.md" | sed 1,2d | grep -oE '`[a-z-]+`' | tr -d '`' > "$BATS_TEST_TMPDIR/told"
	[ "$(wc -l < "$BATS_TEST_TMPDIR/code")" -gt 30 ]
	sort "$BATS_TEST_TMPDIR/code" | diff - <(sort "$BATS_TEST_TMPDIR/told")
}

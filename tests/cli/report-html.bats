#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The page of a run, report.html: whole, safe to open, and with the run's own numbers in its pictures.

bats_require_minimum_version 1.5.0

setup() {
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	exitmeter=${EXITMETER:-${EXITMETER_BUILD:-$top/build}/exitmeter}
	runs=$top/tests/fixtures/runs
	dir=$BATS_TEST_TMPDIR/run
	page=$dir/report.html
	export HOME=$BATS_TEST_TMPDIR
}

# judge NAME: judges a copy of a saved run in $dir.
judge() {
	rm -rf -- "$dir"
	cp -r -- "$runs/$1" "$dir"
	"$exitmeter" replay "$dir" > /dev/null || true
	[ -f "$page" ]
}

# A folder with all programs but gnuplot.
without_gnuplot() {
	local program
	mkdir -p "$BATS_TEST_TMPDIR/bin"
	for program in sh cp rm mkdir; do
		ln -sf "$(command -v "$program")" "$BATS_TEST_TMPDIR/bin/$program"
	done
	PATH=$BATS_TEST_TMPDIR/bin judge "$1"
}

need_gnuplot() {
	command -v gnuplot > /dev/null || skip "gnuplot is not installed"
}

need_chromium() {
	command -v chromium > /dev/null || skip "Chromium is not installed"
}

# open_page FILE: prints the page's elements as Chromium has them, and on stderr what its console logs.
open_page() {
	timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-background-networking \
		--user-data-dir="$BATS_TEST_TMPDIR/profile" --enable-logging=stderr --dump-dom "file://$1" \
		2> "$BATS_TEST_TMPDIR/log"
	grep CONSOLE "$BATS_TEST_TMPDIR/log" >&2 || true
}

@test "each saved run's page is whole XML, has no script, and leads nowhere but to its own folder" {
	for path in "$runs"/*; do
		judge "$(basename -- "$path")"
		xmllint --noout --nonet "$page"
		[ "$(xmllint --xpath 'count(//*[local-name()="script" or local-name()="iframe" or local-name()="object" or
			local-name()="link" or local-name()="form"]) + count(//@*[starts-with(name(), "on")]) +
			count(//@src[not(starts-with(., "data:image/svg+xml;base64,"))]) +
			count(//@href[contains(., ":")])' "$page")" = 0 ]
		for link in $(xmllint --xpath '//@href' "$page" | sed 's/.*="\(.*\)"/\1/'); do
			[ -f "$dir/$link" ]
		done
	done
}

@test "whoever cannot see the page is told what its pictures, tables and columns are" {
	judge pass-timeline
	[ "$(xmllint --xpath 'count(//*[local-name()="html"][@lang="en"]) = 1 and count(//*[local-name()="h1"]) = 1 and
		count(//*[local-name()="img"][not(@alt) or @alt=""]) = 0 and
		count(//*[local-name()="table"]) > 3 and
		count(//*[local-name()="table"][not(*[local-name()="caption"])]) = 0 and
		count(//*[local-name()="th"][not(@scope)]) = 0 and
		count(//*[local-name()="figure"][not(*[local-name()="figcaption"])]) = 0 and
		count(//*[@tabindex][not(@aria-label)]) = 0 and
		count(//*[@id][@id = preceding::*/@id]) = 0' "$page")" = true ]
}

@test "the page has the verdict first, and what failed open" {
	judge fail-stock-svm
	[[ $(xmllint --xpath 'string(//*[local-name()="strong"][1])' "$page") = "verdict: fail" ]]
	[ "$(xmllint --xpath 'count(//*[local-name()="details"][@open]//*[local-name()="span"][@class="mark fail"]) > 0 and
		count(//*[local-name()="details"][@open]//*[local-name()="span"][@class="mark pass"]) = 0 and
		count(//*[local-name()="details"][not(@open)]//*[local-name()="span"][@class="mark pass"]) > 0' "$page")" = true ]
}

@test "the tables have the numbers of summary.json" {
	judge pass-timeline
	words=$(xmllint --xpath 'string(//*[local-name()="main"])' "$page" | tr -d ,)
	for figure in $(jq '.host_counters.exits, .host_counters.reasons[].count, .timeline.phases[].exits,
			.points[].exits' "$dir/summary.json"); do
		[[ $words == *"$figure"* ]] || { echo "$figure is not told"; false; }
	done
}

@test "operations are a heat table: the numbers of summary.json, coloured by their share of the operation" {
	judge pass-operations
	python3 - "$page" "$dir/summary.json" <<-'END'
		import json, sys, xml.etree.ElementTree as tree
		x = "{http://www.w3.org/1999/xhtml}"
		table = [t for t in tree.parse(sys.argv[1]).iter(x + "table")
			 if t.find(x + "caption").text.startswith("Operations")]
		assert len(table) == 1
		heads = ["".join(h.itertext()) for h in table[0].find(x + "thead").iter(x + "th")]
		rows = [list(r) for r in table[0].find(x + "tbody")]
		number = lambda cell: int(cell.text.replace(",", ""))
		operations = [o for o in json.load(open(sys.argv[2]))["operations"] if o["name"] != "readings"]
		assert len(rows) == len(operations) == 12
		seen = set()
		for row, o in zip(rows, operations):
		    if o.get("not_done"):
		        assert len(row) == 2 and int(row[1].get("colspan")) == len(heads) - 1, o
		        continue
		    counts = {r["name"]: r["count"] for r in o["reasons"].values()}
		    assert [number(c) for c in row[1:3]] == [o["n"], o["exits"]] and len(row) == len(heads), o
		    assert set(counts) <= set(heads[5:]), o
		    for name, cell in list(zip(heads, row))[5:]:
		        count = counts.get(name, 0)
		        share = 100 * count / o["exits"]
		        heat = [w for least, w in ((0, "cool"), (5, "mild"), (20, "warm"), (50, "hot"), (80, "glow"))
		                if share >= least][-1] if count else "dim"
		        assert (number(cell), cell.get("class")) == (count, "number " + heat), (o["name"], name)
		        seen.add(heat)
		assert seen == {"dim", "cool", "mild", "warm", "hot", "glow"}, seen
	END
	judge pass-micro
	[[ $(cat "$page") != *"By operation"* ]]
}

@test "no legend lies over what it explains, and no mark of an axis is taken for a minus" {
	need_gnuplot
	judge pass-timeline
	# The longest names that there are.
	sed -i -E 's/title "[A-Z]+"/title "EXTERNAL_INTERRUPT"/' "$dir/plot-timeline.gp"
	(cd "$dir" && gnuplot plot-timeline.gp > "$BATS_TEST_TMPDIR/timeline.svg")
	python3 - "$BATS_TEST_TMPDIR/timeline.svg" <<-'END'
		import re, sys
		text = open(sys.argv[1]).read()
		numbers = r"(-?[0-9.]+),-?[0-9.]+"
		# Only the curves have so many corners.
		curves = [re.findall(numbers, d) for d in re.findall(r"(?:points|d) ?= ?['\"]([^'\"]*)['\"]", text)]
		right = max(float(x) for c in curves if len(c) > 50 for x in c)
		names = re.findall(r'translate\(' + numbers + r'\)[^>]*>\s*<text>EXTERNAL_INTERRUPT<', text)
		assert len(names) >= 4, names
		assert min(map(float, names)) > right, (names, right)
	END
	grep -q 'set ytics scale 0' "$dir/plot-reasons.gp"
}

# print_page FILE: prints it with Chromium, and the words of each sheet of paper into sheet-N.
print_page() {
	timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-background-networking \
		--user-data-dir="$BATS_TEST_TMPDIR/profile" --print-to-pdf="$BATS_TEST_TMPDIR/page.pdf" "file://$1" 2> /dev/null
	sheets=$(pdfinfo "$BATS_TEST_TMPDIR/page.pdf" | sed -n 's/^Pages: *//p')
	for ((i = 1; i <= sheets; i++)); do
		pdftotext -layout -f "$i" -l "$i" "$BATS_TEST_TMPDIR/page.pdf" "$BATS_TEST_TMPDIR/sheet-$i"
	done
}

# Height of the word "hypercall" on its sheet, in hundredths of a point.
height() {
	pdftotext -bbox "$BATS_TEST_TMPDIR/page.pdf" - | awk -F'"' '/>hypercall</ { printf "%d", ($8 - $4) * 100 }'
}

@test "on paper the heat table is on one sheet with its heading, and a wide one makes nothing smaller" {
	need_chromium
	command -v pdftotext > /dev/null || skip "poppler-utils is not installed"
	judge pass-operations
	print_page "$page"
	sheet=$(grep -l "By operation" "$BATS_TEST_TMPDIR"/sheet-*)
	for words in "80 % and more" "Operations, without the readings" "nothing, for a second" "hypercall"; do
		grep -qF "$words" "$sheet" || { echo "not on the sheet: $words"; false; }
	done
	narrow=$(height)
	# The reasons of VMX have longer names, and a cloud guest has more of them.
	python3 - "$page" <<-'END'
		import re, sys
		text = open(sys.argv[1]).read()
		begin = text.index("<table>", text.index("By operation"))
		end = text.index("</table>", begin)
		table = text[begin:end]
		head, rows = table.split("</thead>")
		for old, new in (("MSR", "EXTERNAL_<wbr/>INTERRUPT"), ("CPUID", "PREEMPTION_<wbr/>TIMER"),
		                 ("INTR", "INTERRUPT_<wbr/>WINDOW"), ("IOIO", "IO_<wbr/>INSTRUCTION")):
		    head = head.replace(">" + old + "<", ">" + new + "<")
		head = re.sub(r'(<th scope="col">EXT.*)</tr>', r"\1\1</tr>", head)
		rows = re.sub(r'((<td class="number [a-z]+">[0-9,]+</td>)+)</tr>', r"\1\1</tr>", rows)
		open(sys.argv[1], "w").write(text[:begin] + head + "</thead>" + rows + text[end:])
	END
	[ "$(grep -o 'EXTERNAL_' "$page" | grep -c .)" -eq 2 ]
	print_page "$page"
	[ "$narrow" -gt 0 ]
	[ "$(height)" -eq "$narrow" ]
}

@test "the pictures have the run's own numbers, and are in the page as they lie beside it" {
	need_gnuplot
	judge pass-timeline
	for name in timeline reasons published; do
		xmllint --noout --nonet "$dir/plot-$name.svg"
		data=$(xmllint --xpath "string(//*[@id='picture-$name']/*[local-name()='img']/@src)" "$page")
		base64 -d <<< "${data#*base64,}" | cmp - "$dir/plot-$name.svg"
	done
	words=$(xmllint --xpath 'string(/)' "$dir/plot-published.svg")
	[[ $words == *"this run: $(jq .scenarios.boot.exits "$dir/summary.json")"* ]]
	words=$(xmllint --xpath 'string(/)' "$dir/plot-reasons.svg")
	for figure in $(jq '.host_counters.reasons[] | .count, .cycles' "$dir/summary.json"); do
		[[ $words == *"$figure"* ]] || { echo "$figure is not drawn"; false; }
	done
	words=$(xmllint --xpath 'string(/)' "$dir/plot-timeline.svg")
	for name in point-early point-boot point-shutdown CPUID IOIO; do
		[[ $words == *"$name"* ]]
	done
}

@test "a picture is drawn again from the folder, as SVG and as PDF" {
	need_gnuplot
	judge pass-timeline
	cd "$dir"
	for name in timeline reasons published; do
		gnuplot -d "plot-$name.gp" | cmp - "plot-$name.svg"
		gnuplot -d -e PDF=1 "plot-$name.gp" > "$BATS_TEST_TMPDIR/$name.pdf"
		[ "$(head -c 5 "$BATS_TEST_TMPDIR/$name.pdf")" = %PDF- ]
	done
}

@test "without gnuplot the page is whole, and says why it has no pictures" {
	without_gnuplot pass-timeline
	xmllint --noout --nonet "$page"
	[ "$(xmllint --xpath 'count(//*[local-name()="img"])' "$page")" = 0 ]
	[ "$(grep -c 'Not drawn: gnuplot was not there' "$page")" = 3 ]
	[ ! -e "$dir/plot-timeline.svg" ]
}

@test "a run without samples has no picture of them, and says so" {
	judge pass-micro
	grep -q 'Nothing was sampled while the guest ran' "$page"
	[ ! -e "$dir/plot-timeline.gp" ]
}

@test "what a stranger's folder holds is drawn anew, never shown, and no link of it is followed" {
	need_gnuplot
	rm -rf "$dir"
	cp -r "$runs/pass-timeline" "$dir"
	echo precious > "$BATS_TEST_TMPDIR/precious"
	ln -s "$BATS_TEST_TMPDIR/precious" "$dir/plot-timeline.svg"
	ln -s "$BATS_TEST_TMPDIR/precious" "$dir/plot-reasons.gp"
	echo "system \"touch $BATS_TEST_TMPDIR/owned\"" > "$dir/plot-timeline.gp"
	echo "system \"touch $BATS_TEST_TMPDIR/owned\"" > "$dir/.gnuplot"
	"$exitmeter" replay "$dir" > /dev/null
	[ ! -e "$BATS_TEST_TMPDIR/owned" ]
	[ "$(cat "$BATS_TEST_TMPDIR/precious")" = precious ]
	[ ! -L "$dir/plot-timeline.svg" ]
	grep -q '<svg' "$dir/plot-timeline.svg"
}

@test "Chromium opens the page without an error, and nothing of it asks for anything" {
	need_chromium
	judge pass-timeline
	run --separate-stderr open_page "$page"
	[[ $output == *"verdict: pass"* ]]
	[ -z "$stderr" ]
	# This check can fail: what the page must not ask for shows there.
	sed 's|</main>|<p><img alt="x" src="http://127.0.0.1:9/x.png"/></p></main>|' "$page" > "$dir/other.html"
	run --separate-stderr open_page "$dir/other.html"
	[[ $stderr == *"Content Security Policy"* ]]
}

# complaints FILE: prints the rules that axe-core finds broken in a page, one a line. The page itself allows no script.
complaints() {
	python3 - "$1" "$axe" > "$BATS_TEST_TMPDIR/checked.html" <<-'END'
		import re, sys
		page, axe = (open(name).read() for name in sys.argv[1:])
		page = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
		run = """axe.run(document).then(found => {
			const list = document.createElement("pre");
			list.id = "axe";
			list.textContent = found.violations.map(v => "broken:" + v.id).join("\\n") + "\\nchecked:" + found.passes.length;
			document.body.appendChild(list);
		});"""
		print(page.replace("</body>", "<script>" + axe + "\n" + run + "</script></body>"))
	END
	timeout 120 chromium --headless --no-sandbox --disable-gpu --disable-background-networking \
		--user-data-dir="$BATS_TEST_TMPDIR/profile" --virtual-time-budget=20000 \
		--dump-dom "file://$BATS_TEST_TMPDIR/checked.html" 2> /dev/null > "$BATS_TEST_TMPDIR/dom"
	grep -oE 'checked:[1-9][0-9]*' "$BATS_TEST_TMPDIR/dom" > /dev/null
	grep -oE 'broken:[a-z-]+' "$BATS_TEST_TMPDIR/dom" | grep -v ':$' | sort -u || true
}

@test "the checker of accessibility axe-core, of npm, finds nothing in the page" {
	need_chromium
	axe=$(npm root -g 2> /dev/null || true)/axe-core/axe.min.js
	[ -f "$axe" ] || skip "axe-core is not installed: npm install -g axe-core"
	for run in pass-timeline pass-operations fail-stock-svm; do
		judge "$run"
		[ -z "$(complaints "$page")" ]
	done
	# It would find something.
	sed -i -e 's/ alt="[^"]*"//' -e 's/ lang="en"//' "$page"
	[[ $(complaints "$page") == *"broken:html-has-lang"* ]]
}

@test "Chromium shows a hostile console as text" {
	need_chromium
	rm -rf "$dir"
	cp -r "$runs/panic" "$dir"
	cat >> "$dir/console.log" <<-'END'
		</pre></main><script>document.title = "owned"</script><img src=x onerror="document.title = 'owned'">
		<style>body { display: none }</style><a href="javascript:alert(1)">here</a> &lt;b&gt; ]]> <!--
	END
	"$exitmeter" replay "$dir" > /dev/null || true
	run --separate-stderr open_page "$page"
	[ -z "$stderr" ]
	[[ $output == *"<title>VM exits of a run</title>"* && $output != *"<script"* && $output != *"<img"*"onerror"* ]]
	[[ $output == *"&lt;script&gt;document.title"* && $output == *"&lt;!--"* ]]
}

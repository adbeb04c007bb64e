#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The documents: that ci/lint-docs finds what it is there for, and that what they show of the program, its result
# and its stages, is what the program has.
#
# shellcheck disable=SC2154 # output and lines are run's
# shellcheck disable=SC2016 # backquotes of Markdown

bats_require_minimum_version 1.5.0

setup() {
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	docs="$BATS_TEST_TMPDIR/some docs"
	mkdir -p "$docs/deep/build"
	printf '# One thing\n\nSee [it](deep/page.md#two-things-and-more).\n' >"$docs/README.md"
	printf '# A page\n\n## Two `things`, and more\n\n[up](../README.md#one-thing) [out](https://example.org/#x)\n' \
		>"$docs/deep/page.md"
	cd "$docs" || return
}

# finds WORDS: the lint prints exactly one line, and it has WORDS.
finds() {
	run -1 "$top/ci/lint-docs" "$docs"
	[ "${#lines[@]}" -eq 1 ]
	[[ $output == *"$1"* ]]
}

@test "our own documents are clean" {
	run -0 "$top/ci/lint-docs"
	[ -z "$output" ]
}

@test "documents whose links all lead somewhere are clean" {
	run -0 "$top/ci/lint-docs" "$docs"
	[ -z "$output" ]
}

@test "a link to a file that is not there is found, in any file" {
	echo '[gone](../gone.md)' >>deep/page.md
	finds "deep/page.md:6: there is no ../gone.md"
}

@test "a link to a heading that is not there is found, here and elsewhere" {
	echo '[x](#two-things)' >>README.md
	finds "README.md:4: README.md has no heading for #two-things"
	sed -i '$d' README.md
	echo '[x](deep/page.md#two-things)' >>README.md
	finds "README.md:4: ./deep/page.md has no heading for #two-things"
}

@test "the second heading of a name has an anchor of its own" {
	printf '\n## Again\n\n## Again\n\n[x](#again-1)\n' >>deep/page.md
	run -0 "$top/ci/lint-docs" "$docs"
	echo '[x](#again-2)' >>deep/page.md
	finds "no heading for #again-2"
}

@test "a link by name wants the line that says where to, and that line a target" {
	echo '[text][name]' >>README.md
	finds "nothing says where [name] leads"
	echo '[name]: deep/page.md#a-page' >>README.md
	run -0 "$top/ci/lint-docs" "$docs"
	echo '[other]: gone' >>README.md
	finds "README.md:6: there is no gone"
}

@test "what stands in code is no link, and what is built no document" {
	printf '`[a](b)`\n\n    [a](b)\n\n```\n[a](b)\n# a heading\n```\n' >>README.md
	echo '[a](b)' >deep/build/made.md
	run -0 "$top/ci/lint-docs" "$docs"
	echo '[x](#a-heading)' >>README.md
	finds "no heading for #a-heading"
}

@test "a README of more than 150 lines, or with one of more than 120 columns, is too large" {
	printf '%0.sline\n' {1..147} >>README.md
	run -0 "$top/ci/lint-docs" "$docs"
	echo one more >>README.md
	finds "README.md: has 151 lines, and may have 150"
	sed -i '$d' README.md
	# Columns, not bytes.
	printf '─%.0s' {1..120} >lines
	echo >>lines
	sed -i -e '5{r lines' -e 'd}' README.md
	run -0 "$top/ci/lint-docs" "$docs"
	sed -i '5s/$/─/' README.md
	finds "README.md:5: has more than 120 columns"
}

@test "an entry of ERRATA that code names, and that is not there, is found" {
	mkdir images
	printf '#### %s: It happens\n' Q1 >images/README.md
	printf '/* See ERRATA%s %s. */\n' , Q1 >code.c
	run -0 "$top/ci/lint-docs" "$docs"
	printf '/* See ERRATA%s %s. */\n' , Q12 >>code.c
	finds "code.c line 2: ERRATA has no entry Q12"
}

@test "usage" {
	run -0 "$top/ci/lint-docs" --help
	[[ $output == "usage: "* ]]
	run -2 "$top/ci/lint-docs" --what
	run -2 "$top/ci/lint-docs" "$docs/deep"
	[[ $output == *"no README.md in "* ]]
}

@test "the result that the README shows is what the program prints of that run" {
	cp -r "$top/tests/fixtures/runs/pass-cloud" run
	run -0 "${EXITMETER_BUILD:-$top/build}/exitmeter" replay run
	printf '%s\n' "$output" >report
	sed -n '/^## One result/,/^## /s/^    //p' "$top/README.md" >shown
	[ "$(grep -c . shown)" -ge 15 ]
	while IFS= read -r line; do
		[ -z "$line" ] || [ "$line" = "  ..." ] || grep -qxF -e "$line" report ||
			{ echo "the report has no line '$line'"; return 1; }
	done <shown
}

# in_code FILE LIST: the names of the stages in a list of the code.
in_code() {
	awk -v begin="static const struct stage $2[] = {" '
		$0 == begin { inside = 1; next }
		inside && /^};/ { exit }
		inside && match($0, /\.(phase|quiet) = "[^"]*"/) { split(substr($0, RSTART, RLENGTH), part, "\""); print part[2] }' \
		"$top/harness/$1"
}

# in_readme HEADING: the names that begin the items of the list below HEADING.
in_readme() {
	awk -v heading="$1" '
		$0 == heading { inside = 1; next }
		inside && /^(#|One attempt|In place of)/ { exit }
		inside && /^[0-9]+\. `/ { split($0, part, "`"); print part[2] }' "$top/harness/README.md"
}

# same FILE LIST HEADING
same() {
	in_code "$1" "$2" >code
	in_readme "$3" >told
	[ "$(grep -c . code)" -ge 3 ]
	diff -u code told
}

@test "harness/README.md lists the stages that the code has, in their order" {
	same command/cmd_run.c stages "### The command"
	same host/host_native.c stages "### A native run"
	same command/cmd_shell.c stages "### A shell"
	same host/host_native.c shell_stages "In place of a native run:"
	same host/host_emulated.c shell "In place of an attempt:"
	same host/host_emulated.c stages "### An L1 host"
	same host/host_emulated.c attempt "One attempt:"
	same host/host_prepare.c stages "### A clean L1"
}

@test "harness/README.md says what each file of a run folder holds" {
	sed -nE 's/^#define FILE_[A-Z_]+ "(.*)"$/\1/p' "$top/harness/evidence/file_names.h" >names
	[ "$(grep -c . names)" -ge 15 ]
	while read -r name; do
		grep -qF -e "\`$name\`" "$top/harness/README.md" || { echo "it does not name $name"; return 1; }
	done <names
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# The table of published figures, and its generator.

setup() {
	bats_require_minimum_version 1.5.0
	top=$(cd -- "$BATS_TEST_DIRNAME/../.." && pwd)
	gen=$top/harness/report/gen-published
	table=$BATS_TEST_TMPDIR/table.csv
}

@test "every row of the table is in the header, ascending within its scenario" {
	run -0 "$gen"
	[ "$(grep -c '^	{ SCENARIO_' <<<"$output")" -eq "$(grep -cE '^(boot|reboot|shutdown),' "$top/harness/report/published.csv")" ]
	totals=$(awk '$2 == "SCENARIO_BOOT," { print $4 + 0 }' <<<"$output")
	[ "$totals" = "$(sort -n <<<"$totals")" ]
}

@test "a malformed row is refused, with its line" {
	header=$(grep -m1 '^scenario,' "$top/harness/report/published.csv")
	for row in 'nap,1,vmx,,,k,g,,s,' 'boot,many,vmx,,,k,g,,s,' 'boot,1,arm,,,k,g,,s,' 'boot,1,vmx,x,,k,g,,s,' \
		'boot,1,vmx,,,k,g,flat,s,' 'boot,1,vmx,,,,g,,s,' 'boot,1,vmx,,,k,g,,s' 'boot,1,vmx,,,k,"g",,s,' \
		'boot,0,vmx,,,k,g,,s,'; do
		printf '# comment\n%s\n%s\n' "$header" "$row" >"$table"
		run -1 "$gen" "$table"
		[[ $output == "gen-published: $table line 3: "* ]]
	done
}

@test "an empty table, and wrong usage, are refused" {
	grep -m1 '^scenario,' "$top/harness/report/published.csv" >"$table"
	run -1 "$gen" "$table"
	[[ $output == *"no figures in it"* ]]
	run -2 "$gen" a b
	run -0 "$gen" --help
	[[ $output == *"published.csv"* ]]
}

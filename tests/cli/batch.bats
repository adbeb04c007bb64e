#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# exitmeter batch, as far as it needs no VM: what is planned, carried out, merged and summed up. A fake stands for
# `exitmeter run`.

load ../lib/cli.bash
load ../lib/batch.bash
load ../lib/disk.bash
bats_require_minimum_version 1.5.0

setup_file() { export -n CACHE; }
setup() { batch_setup; }

teardown() { [ -z "$(find "$D" -name '*.part*')" ]; }

@test "batch says what it wants, and leaves nothing behind where it refuses" {
	refused 2 "batch wants one of plan, run, merge" "$exitmeter" batch
	refused 2 "not 'plna'" "$exitmeter" batch plna
	refused 2 "batch run wants one folder of a batch" "$exitmeter" batch run
	refused 2 "--axis takes OPTION=WORD,WORD" "$exitmeter" batch plan --axis vcpus
	refused 2 "--axis vcpus has a word that is there twice" "$exitmeter" batch plan --axis vcpus=1,1
	refused 2 "--axis vcpus is there twice" "$exitmeter" batch plan --axis vcpus=1 --axis vcpus=2
	refused 2 "--axis colour: it is neither kernel nor an option" plan --axis colour=red
	refused 2 "--vcpus takes a whole number from 1 to 64, not '99'" plan --axis vcpus=1,99
	refused 2 "kernel 9.9 is none of 5.10 6.1 6.12 7.2" plan --axis kernel=9.9
	refused 2 "kernel 6.12 is not built: make prepare KERNEL=6.12" plan --axis kernel=6.1,6.12
	refused 2 "--runs takes a whole number from 1 to 10000, not '0'" plan --runs 0
	refused 2 "--shard takes K/N" "$exitmeter" batch run --shard 3/2 "$D"
	refused 2 "take either --axis or --variant" plan --axis vcpus=1 --variant A=/dev/null
	refused 2 "cannot open $D/none" "$exitmeter" batch run "$D/none"
	# What would be taken and not heeded.
	refused 2 "batch plan takes no --subjects" plan --subjects "$D"
	refused 2 "unknown option --vcpus" "$exitmeter" batch run --vcpus 2 "$D"
	refused 2 "unknown option --out" "$exitmeter" batch report --out "$D/c" "$D"
	[ ! -e "$D/b" ]
	run "$exitmeter" batch --help
	[ "$status" -eq 0 ]
	[[ $output == *"batch merge INTO FOLDER"*"Exit codes:"* ]]
}

@test "a matrix: each word with each other, the variants of a repetition beside each other" {
	plan --axis kernel=6.1 --axis vcpus=1,2 --axis host=emulated-svm,emulated-vmx --runs 3
	"$top/tests/schema/validate" "$D/b/plan.json"
	[ "$(jq '.runs | length' "$D/b/plan.json")" -eq 12 ]
	[ "$(jq -r '[.runs[].id] | unique | length' "$D/b/plan.json")" -eq 12 ]
	[ "$(jq -r '[.runs[].folder] | unique | length' "$D/b/plan.json")" -eq 12 ]
	[ "$(jq -r '.variants[].name' "$D/b/plan.json" | sed -n 4p)" = kernel-6.1_vcpus-2_host-emulated-vmx ]
	[ "$(jq -c '[.runs[].variant]' "$D/b/plan.json")" = "[0,1,2,3,3,2,1,0,0,1,2,3]" ]
	[ "$(jq -r '.variants[3].options | .vcpus, .host' "$D/b/plan.json" | paste -sd' ')" = "2 emulated-vmx" ]
	# The same again is the same batch; another one is refused.
	plan --axis kernel=6.1 --axis vcpus=1,2 --axis host=emulated-svm,emulated-vmx --runs 3
	run -2 plan --axis vcpus=1,2
	[[ $output == *"$D/b is of another plan"* ]]
	mkdir "$D/mine"
	touch "$D/mine/work"
	run -2 "$exitmeter" batch plan --cache "$cache" --kit "$kit" --host emulated-svm --out "$D/mine"
	[[ $output == *"$D/mine is there, and is no folder of a batch"* ]]
}

@test "a plan of another version is not carried out: its ids would stand for other figures" {
	plan --runs 1
	jq '.program = "0.0.1"' "$D/b/plan.json" >"$D/plan.json"
	mv "$D/plan.json" "$D/b/plan.json"
	refused 2 "it was planned by exitmeter 0.0.1, and this is " "$exitmeter" batch run --program "$D/program" "$D/b"
	[ ! -e "$D/ran" ]
}

@test "the id of a run follows from configuration, inputs and repetition, and from nothing else" {
	plan --runs 2
	jq -r '.runs[].id' "$D/b/plan.json" >"$D/before"
	[ "$(sort -u "$D/before" | wc -l)" -eq 2 ]
	out=$D/elsewhere plan --runs 2
	jq -r '.runs[].id' "$D/elsewhere/plan.json" | diff - "$D/before"
	out=$D/c plan --runs 2 --memory 999
	[ "$(jq -r '.runs[].id' "$D/c/plan.json" | sort - "$D/before" | uniq -d | wc -l)" -eq 0 ]
	echo changed >"$cache/modules/6.1/kvm.ko"
	out=$D/d plan --runs 2
	[ "$(jq -r '.runs[].id' "$D/d/plan.json" | sort - "$D/before" | uniq -d | wc -l)" -eq 0 ]
	# What was planned with other inputs is not measured with these.
	run -2 "$exitmeter" batch run --program "$D/program" "$D/b"
	[[ $output == *"runs/run/001 was planned with other inputs than are here"* ]]
	[ ! -e "$D/ran" ]
}

@test "an image of one's own is in the id by its content, wherever it lies" {
	bios_disk "$D/mine.img" 2M
	cp "$D/mine.img" "$D/copy.img"
	plan_of() { out=$D/$1 plan --guest cloud --image-file "$D/$2" >/dev/null 2>&1 && jq -r '.runs[].id' "$D/$1/plan.json"; }
	id=$(plan_of b mine.img)
	[ "$(plan_of c copy.img)" = "$id" ]
	printf changed | dd of="$D/mine.img" bs=1 seek=4096 conv=notrunc status=none
	[ "$(plan_of d mine.img)" != "$id" ]
	run -2 "$exitmeter" batch run --program "$D/program" "$D/b"
	[[ $output == *"runs/run/001 was planned with other inputs than are here"* ]]
	[ ! -e "$D/ran" ]
}

@test "the image that nobody has named is settled when the batch is planned" {
	IMAGE_MIRROR=http://127.0.0.1:1 IMAGE_HTTP=1 out=$D/b plan --guest cloud --runs 2
	[ "$(jq -r '.variants[].options.image' "$D/b/plan.json")" = built ]
}

@test "what is done is never done twice, be it stopped by kill -9 in the middle" {
	plan --axis vcpus=1,2 --runs 3
	make_program '[ "$(wc -l <"$D/ran")" -ne 3 ] || { mkdir "$out"; touch "$out/verdicts.json"; kill -9 "$PPID"; exit 1; }'
	run -137 "$exitmeter" batch run --jobs 1 --program "$D/program" "$D/b"
	[ "$(find "$D/b/runs" -name SHA256SUMS | wc -l)" -eq 2 ]
	[ -n "$(find "$D/b/runs" -name '*.new')" ]
	make_program
	run -0 "$exitmeter" batch run --jobs 2 --program "$D/program" "$D/b"
	[[ $output == *"6 of 6 runs are done"* ]]
	[ "$(wc -l <"$D/ran")" -eq 7 ]
	[ "$(sort "$D/ran" | uniq -d | wc -l)" -eq 1 ]
	[ -z "$(find "$D/b/runs" -name '*.new')" ]
	run -0 "$exitmeter" batch run --program "$D/program" "$D/b"
	[ "$(wc -l <"$D/ran")" -eq 7 ]
}

@test "SIGTERM keeps what is done, ends what goes on, and says how to go on" {
	plan --runs 3
	make_program '[ "$(wc -l <"$D/ran")" -ne 2 ] || { kill "$PPID"; sleep 60; }'
	run -143 "$exitmeter" batch run --jobs 1 --program "$D/program" "$D/b"
	[[ $output == *"stopped by signal 15"*"1 of 3 runs are done; the same command goes on"* ]]
	make_program
	run -0 "$exitmeter" batch run --program "$D/program" "$D/b"
	[ "$(wc -l <"$D/ran")" -eq 4 ]
}

@test "two processes at one batch do not do the same run, and both end when all is done" {
	plan --runs 8
	make_program 'sleep 0.3'
	"$exitmeter" batch run --jobs 2 --program "$D/program" "$D/b" 2>"$D/one" &
	one=$!
	while [ ! -e "$D/ran" ]; do sleep 0.05; done
	run -0 "$exitmeter" batch run --jobs 2 --program "$D/program" "$D/b"
	[[ $output == *"8 of 8 runs are done"* ]]
	wait "$one"
	[ "$(wc -l <"$D/ran")" -eq 8 ]
	[ "$(sort -u "$D/ran" | wc -l)" -eq 8 ]
}

@test "who comes later takes what nobody is at, and is told whom it waits for" {
	plan --runs 6
	# Each begins a run only when the other is at one, too, but for the last of all.
	make_program 'echo "$PPID" >>"$D/who"
	until [ "$(sort -u "$D/who" | wc -l)" -eq 2 ]; do sleep 0.05; done
	[[ $out != */006.new ]] || until [ -e "$D/go" ]; do sleep 0.05; done'
	for one in 1 2; do "$exitmeter" batch run --jobs 1 --program "$D/program" "$D/b" 2>"$D/said$one" 3>&- & done
	until grep -q "other processes are at what is left: waiting for them" "$D"/said?; do sleep 0.05; done
	touch "$D/go"
	wait
	[ "$(sort "$D/ran" | uniq -d | wc -l)" -eq 0 ]
	[ "$(wc -l <"$D/ran")" -eq 6 ]
	grep -F "6 of 6 runs are done" "$D/said1"
	grep -F "6 of 6 runs are done" "$D/said2"
}

@test "what another process leaves undone is taken over" {
	plan --runs 2
	make_program '[ "$(wc -l <"$D/ran")" -ne 1 ] || sleep 60'
	"$exitmeter" batch run --jobs 1 --program "$D/program" "$D/b" 2>/dev/null 3>&- &
	while [ ! -e "$D/ran" ]; do sleep 0.05; done
	"$exitmeter" batch run --jobs 1 --program "$D/program" "$D/b" 2>"$D/two" 3>&- &
	two=$!
	while [ "$(wc -l <"$D/ran")" -lt 1 ]; do sleep 0.05; done
	sleep 0.5
	kill -9 %1
	wait "$two"
	grep -F "2 of 2 runs are done" "$D/two"
	[ "$(sort "$D/ran" | uniq -c | sort -rn | awk '{ printf "%s ", $1 }')" = "2 1 " ]
}

@test "a run that comes to nothing says why, and is tried again" {
	plan --runs 2
	make_program '[[ $out != */001.new ]] || { echo "exitmeter: no space left for the run" >&2; exit 2; }'
	run -3 "$exitmeter" batch run --program "$D/program" "$D/b"
	[[ $output == *"run/001: no space left for the run"*"some came to nothing"* ]]
	make_program
	run -0 "$exitmeter" batch run --program "$D/program" "$D/b"
	[ "$(wc -l <"$D/ran")" -eq 3 ]
}

@test "shards are parts of the batch, have all variants of a repetition, and merge to the whole" {
	plan --axis vcpus=1,2 --runs 4
	for k in 1 2 3; do
		run -0 "$exitmeter" batch run --shard $k/3 --out "$D/s$k" --program "$D/program" "$D/b/plan.json"
	done
	[ "$(wc -l <"$D/ran")" -eq 8 ]
	[ "$(cd "$D/s2" && find runs -mindepth 2 -maxdepth 2 | sort | paste -sd' ')" = "runs/vcpus-1/002 runs/vcpus-2/002" ]
	run -0 "$exitmeter" batch merge "$D/whole" "$D/s1" "$D/s2"
	[ "$output" = "6 runs taken, 0 were there, 2 are missing" ]
	run -3 --separate-stderr "$exitmeter" batch report "$D/whole"
	[[ $output == *"vcpus-1: 3 runs; beside them: 1 missing"* ]]
	run -0 "$exitmeter" batch merge "$D/whole" "$D/s1" "$D/s2" "$D/s3"
	[ "$output" = "2 runs taken, 6 were there, 0 are missing" ]
	# Elsewhere and in one go, it is the same report.
	run -0 "$exitmeter" batch run --program "$D/program" "$D/b"
	"$exitmeter" batch report "$D/b" >"$D/local"
	"$exitmeter" batch report "$D/whole" | diff - "$D/local"
	diff "$D/whole/batch.json" "$D/b/batch.json"
}

@test "run takes no folder of another plan, and no whole run of another one goes" {
	plan --runs 2
	out=$D/c plan --runs 3 --memory 999
	"$exitmeter" batch run --program "$D/program" "$D/c" 2>/dev/null
	cp -r "$D/c" "$D/before"
	run -2 "$exitmeter" batch run --shard 1/2 --out "$D/c" --program "$D/program" "$D/b/plan.json"
	[[ $output == *"$D/c is of another plan"*"choose another folder"* ]]
	mkdir "$D/mine"
	touch "$D/mine/work"
	run -2 "$exitmeter" batch run --out "$D/mine" --program "$D/program" "$D/b"
	[[ $output == *"$D/mine is there, and is no folder of a batch"* ]]
	[ "$(ls "$D/mine")" = work ]
	# A run that somebody has put there is not lost, either, and those before it are not begun.
	mkdir -p "$D/b/runs/run"
	cp -r "$D/c/runs/run/003" "$D/b/runs/run/002"
	rm "$D/ran"
	run -2 "$exitmeter" batch run --program "$D/program" "$D/b"
	[[ $output == *"$D/b/runs/run/002 is a whole run of another plan: choose another folder"* ]]
	diff -r "$D/c" "$D/before"
	diff -r "$D/c/runs/run/003" "$D/b/runs/run/002"
	[ ! -e "$D/ran" ]
	# The same plan goes on.
	run -0 "$exitmeter" batch run --out "$D/c" --program "$D/program" "$D/c/plan.json"
	[ ! -e "$D/ran" ]
	# One by another name may lie beside anything.
	mv "$D/b/plan.json" "$D/sweep.json"
	run -2 "$exitmeter" batch run --program "$D/program" "$D/sweep.json"
	[[ $output == *"$D/sweep.json is not called plan.json: name the folder for its runs by --out"* ]]
	run -0 "$exitmeter" batch run --out "$D/d" --program "$D/program" "$D/sweep.json"
	[ -e "$D/d/plan.json" ]
}

@test "merge keeps its hands off a run that another process is at" {
	plan --runs 2
	"$exitmeter" batch run --out "$D/s" --program "$D/program" "$D/b/plan.json" 2>/dev/null
	make_program 'until [ -e "$D/go" ]; do sleep 0.05; done'
	rm "$D/ran"
	"$exitmeter" batch run --jobs 1 --program "$D/program" "$D/b" 2>/dev/null 3>&- &
	while [ ! -e "$D/ran" ]; do sleep 0.05; done
	refused 2 "another exitmeter is at $D/b/runs/run/001: wait for it to end" "$exitmeter" batch merge "$D/b" "$D/s"
	touch "$D/go"
	wait %1
	run -0 "$exitmeter" batch merge "$D/b" "$D/s"
	[ "$output" = "0 runs taken, 2 were there, 0 are missing" ]
}

@test "merge refuses what does not belong, and then takes nothing" {
	plan --runs 3
	for k in 1 2 3; do
		"$exitmeter" batch run --shard $k/3 --out "$D/s$k" --program "$D/program" "$D/b/plan.json" 2>/dev/null
	done
	out=$D/other plan --runs 3 --memory 999
	refused 2 "$D/other is of another plan" "$exitmeter" batch merge "$D/whole" "$D/s1" "$D/other"
	echo "exits 1" >>"$D/s2/runs/run/002/host-counters.txt"
	refused 3 "host-counters.txt has changed since" "$exitmeter" batch merge "$D/whole" "$D/s1" "$D/s2"
	rm "$D/s2/runs/run/002/SHA256SUMS"
	refused 3 "$D/s2/runs/run/002 has no SHA256SUMS" "$exitmeter" batch merge "$D/whole" "$D/s1" "$D/s2"
	rm -r "$D/s2/runs/run/002"
	cp -r "$D/s3/runs/run/003" "$D/s2/runs/run/002"
	refused 2 "not the one of the plan (its id is another)" "$exitmeter" batch merge "$D/whole" "$D/s1" "$D/s2"
	rm -r "$D/s2/runs/run/002"
	cp -r "$D/s3/runs/run/003" "$D/s2/runs/run/009"
	refused 2 "$D/s2/runs/run/009 is no run of the plan" "$exitmeter" batch merge "$D/whole" "$D/s1" "$D/s2"
	[ ! -e "$D/whole" ]
	# A plan whose list was changed, or which leads out of its folder, is none.
	sed -i 's|"runs/run/003"|"../run/003"|' "$D/s3/plan.json"
	refused 2 "has an id or a folder that none can have" "$exitmeter" batch merge "$D/whole" "$D/s3" "$D/s1"
	sed -i 's|"../run/003"|"runs/run/004"|' "$D/s3/plan.json"
	refused 2 "its list of runs is not the one that was planned" "$exitmeter" batch run "$D/s3"
}

@test "a run that was cut short is done again, and merge replaces it and one that was altered" {
	plan --runs 3
	run -0 "$exitmeter" batch run --program "$D/program" "$D/b"
	cp -r "$D/b" "$D/s"
	rm "$D/ran" "$D/b/runs/run/001/evidence.json" "$D/b/runs/run/002/SHA256SUMS"
	truncate -s -3 "$D/b/runs/run/003/SHA256SUMS"
	cp -r "$D/b" "$D/cut"
	run -3 --separate-stderr "$exitmeter" batch report "$D/b"
	[[ ${lines[0]} == "run: 0 runs; beside them: 3 missing" ]]
	run -0 "$exitmeter" batch run --program "$D/program" "$D/b"
	[ "$(wc -l <"$D/ran")" -eq 3 ]
	run -0 "$exitmeter" batch report "$D/b"
	run -0 "$exitmeter" batch merge "$D/cut" "$D/s"
	[ "$output" = "3 runs taken, 0 were there, 0 are missing" ]
	diff -r "$D/cut/runs" "$D/s/runs"
	# What was altered counts as done, so it is replaced, or told.
	echo "exits 1" >>"$D/b/runs/run/001/host-counters.txt"
	cp -r "$D/s" "$D/part"
	rm -r "$D/part/runs/run/001"
	refused 3 "$D/b/runs/run/001 is not as the run left it: host-counters.txt has changed since" \
		"$exitmeter" batch merge "$D/b" "$D/part"
	run -0 "$exitmeter" batch merge "$D/b" "$D/s"
	[ "$output" = "1 runs taken, 2 were there, 0 are missing" ]
	run -0 "$exitmeter" batch report "$D/b"
}

@test "merge takes nothing where a run has a folder in it, or INTO is somebody's own" {
	plan --runs 2
	"$exitmeter" batch run --program "$D/program" "$D/b" 2>/dev/null
	mkdir "$D/mine"
	touch "$D/mine/work"
	refused 2 "$D/mine is there, and is no folder of a batch" "$exitmeter" batch merge "$D/mine" "$D/b"
	[ "$(ls -A "$D/mine")" = work ]
	out=$D/other plan --runs 2 --memory 999
	mkdir -p "$D/other/runs/run"
	cp -r "$D/b/runs/run/001" "$D/other/runs/run/001"
	"$exitmeter" batch run --out "$D/o" --program "$D/program" "$D/other/plan.json" 2>/dev/null
	refused 2 "$D/other/runs/run/001 is a whole run of another plan: move it away" \
		"$exitmeter" batch merge "$D/other" "$D/o"
	diff -r "$D/b/runs/run/001" "$D/other/runs/run/001"
	mkdir "$D/b/runs/run/002/folder"
	refused 2 "$D/b/runs/run/002: folder is no regular file" "$exitmeter" batch merge "$D/whole" "$D/b"
	[ ! -e "$D/whole" ]
}

@test "a batch goes on with another cache and kit, where its inputs are the same" {
	plan --runs 1
	mv "$cache" "$D/moved"
	mv "$kit" "$D/moved-kit"
	run -0 "$exitmeter" batch run --cache "$D/moved" --kit "$D/moved-kit" --program "$D/program" "$D/b"
	[ "$(jq -r '.cache, ."module-dir", .kit' "$D/b/runs/run/001/config.json" | paste -sd' ')" = \
		"$D/moved $D/moved/modules/6.1 $D/moved-kit" ]
}

@test "the report tells woken, retried and lost runs apart, and leaves them out unless asked" {
	plan --runs 5
	make_program
	run -0 "$exitmeter" batch run --program "$D/program" "$D/b"
	edit_run 1 '.host_nudges = 2'
	edit_run 2 '.host_attempts = 2'
	edit_run 3 '.outcome = "panic"'
	run -3 --separate-stderr "$exitmeter" batch report "$D/b"
	[[ ${lines[0]} == "run: 2 runs; beside them: 1 woken, 1 retried, 1 lost" ]]
	run -3 --separate-stderr "$exitmeter" batch report --all "$D/b"
	[[ ${lines[0]} == "run: 4 runs; beside them: 1 woken, 1 retried, 1 lost" ]]
	"$top/tests/schema/validate" "$D/b/batch.json"
	xmllint --noout --nonet "$D/b/batch.html"
}

@test "report and comparison tell of runs whose records came by the port, for those have more exits" {
	plan --runs 2
	make_program
	run -0 "$exitmeter" batch run --program "$D/program" "$D/b"
	edit_run 1 '.records_by = "port"'
	edit_run 2 '.records_by = "mailbox"'
	run -0 --separate-stderr "$exitmeter" batch report "$D/b"
	[[ ${lines[0]} == "run: 2 runs, of which 1 sent their records by the serial port, at two exits a byte" ]]
	[ "$(jq .variants[0].by_port "$D/b/batch.json")" = 1 ]
	"$top/tests/schema/validate" "$D/b/batch.json"
	run --separate-stderr "$exitmeter" batch compare "$D/b" "$D/b"
	[[ ${lines[1]} == "B: run, 2 runs, of which 1 sent their records by the serial port, at two exits a byte" ]]
}

@test "the report tells how many runs failed a clause, and has the figures of each scenario" {
	plan --runs 3
	saved=pass-operations run -0 "$exitmeter" batch run --program "$D/program" "$D/b"
	run -0 --separate-stderr "$exitmeter" batch report "$D/b"
	[[ $output == *"  operations "* ]]
	"$top/tests/schema/validate" "$D/b/batch.json"
	edit_verdict() { jq '.verdict = "fail"' "$1" >"$1.new" && mv "$1.new" "$1"; }
	edit_verdict "$D/b/runs/run/002/verdicts.json"
	run -1 --separate-stderr "$exitmeter" batch report "$D/b"
	[[ ${lines[0]} == "run: 3 runs, of which 1 failed a clause" ]]
	"$top/tests/schema/validate" "$D/b/batch.json"
	run -0 "$exitmeter" batch compare "$D/b" "$D/b"
	"$top/tests/schema/validate" "$D/b/comparison.json"
}

# page_of NAME...: carries out two runs of each variant that is named so, and reports.
page_of() {
	local name words=()
	"$exitmeter" batch config --cache "$cache" --kit "$kit" --host emulated-svm --guest micro >"$D/side.json"
	for name; do words+=(--variant "$name=$D/side.json"); done
	"$exitmeter" batch plan "${words[@]}" --runs 2 --cache "$cache" --out "$D/b"
	run -0 "$exitmeter" batch run --program "$D/program" "$D/b"
	run -0 "$exitmeter" batch report "$D/b"
}

@test "the page shows intervals, drawn from files beside it, with the numbers of batch.json" {
	command -v gnuplot >/dev/null || skip "gnuplot is not installed"
	page_of first second
	xmllint --noout --nonet "$D/b/batch.html"
	cd "$D/b"
	for name in totals variants; do
		xmllint --noout --nonet "plot-$name.svg"
		gnuplot -d "plot-$name.gp" | cmp - "plot-$name.svg"
		data=$(xmllint --xpath "string(//*[@id='picture-$name']/*[local-name()='img']/@src)" batch.html)
		base64 -d <<<"${data#*base64,}" | cmp - "plot-$name.svg"
		[[ $(xmllint --xpath 'string(/)' "plot-$name.svg") == *first*second* ]]
	done
	# Rows of a variant: name, row, mean and both ends.
	jq -r '.variants | to_entries[] | .key as $i | .value | .name as $n | .figures[] |
		select(.reason == "total" and .measure == "exits" and .scenario == "boot") |
		[$n, $i, .mean, .interval[0], .interval[1]] | @tsv' batch.json | sed 's/\.0\b//g' >"$D/want"
	head -n 2 plot-totals.dat | sed 's/\.0\b//g' | diff - "$D/want"
	[ "$(xmllint --xpath 'count(//*[local-name()="table"][not(*[local-name()="caption"])])' batch.html)" = 0 ]
	[ "$(xmllint --xpath 'count(//*[local-name()="tbody"])' batch.html)" = 3 ]
}

@test "without gnuplot the page is whole, and says why it has no pictures" {
	page_of first
	mkdir "$D/bin"
	ln -s "$(command -v sh)" "$D/bin/sh"
	PATH=$D/bin "$exitmeter" batch report "$D/b" >/dev/null
	xmllint --noout --nonet "$D/b/batch.html"
	[ "$(grep -c 'Not drawn: gnuplot was not there' "$D/b/batch.html")" = 2 ]
	[ -e "$D/b/plot-totals.gp" ]
	[ ! -e "$D/b/plot-totals.svg" ]
}

@test "a gnuplot that fails is told as such, and no picture fails a report, whatever TMPDIR is" {
	page_of first
	mkdir "$D/bin"
	printf '#!/bin/sh\necho "line 3: <undefined> variable" >&2; exit 1\n' >"$D/bin/gnuplot"
	chmod 755 "$D/bin/gnuplot"
	PATH=$D/bin:$PATH run -0 "$exitmeter" batch report "$D/b"
	[ "$(grep -c 'Not drawn: gnuplot failed when this page was made.*line 3: &lt;undefined&gt; variable' "$D/b/batch.html")" = 2 ]
	run ! grep -q "gnuplot was not there" "$D/b/batch.html"
	xmllint --noout --nonet "$D/b/batch.html"
	TMPDIR=$D/none run -0 "$exitmeter" batch report "$D/b"
	! grep -q "Not drawn" "$D/b/batch.html" || ! command -v gnuplot
	[ -z "$(find "$D/b" -name 'exitmeter-*')" ]
}

@test "a batch's plan.json stands for its folder, and no other file does" {
	plan --axis vcpus=1,2 --runs 1
	run -0 "$exitmeter" batch run --program "$D/program" "$D/b/plan.json"
	run -0 "$exitmeter" batch report "$D/b/plan.json"
	[ -e "$D/b/batch.html" ]
	run -0 "$exitmeter" batch compare "$D/b/plan.json"
	[ -e "$D/b/comparison.html" ]
	run -0 "$exitmeter" batch merge "$D/whole" "$D/b/plan.json"
	[ "$output" = "2 runs taken, 0 were there, 0 are missing" ]
	cp "$D/b/plan.json" "$D/b/sweep.json"
	for word in report compare "merge $D/new"; do
		# shellcheck disable=SC2086 # two words
		refused 2 "$D/b/sweep.json is no folder of a batch, nor its plan.json" "$exitmeter" batch $word "$D/b/sweep.json"
	done
}

@test "a variant's name is no word of gnuplot's" {
	command -v gnuplot >/dev/null || skip "gnuplot is not installed"
	page_of first second
	# A plan that was made elsewhere may call them anything.
	jq '.variants[0].name = "a\"; system(\"touch pwned\"); print \"" | .variants[1].name = "b`touch pwned`\t\n\n\n@c\\n"' \
		"$D/b/plan.json" >"$D/plan.json"
	mv "$D/plan.json" "$D/b/plan.json"
	run -0 "$exitmeter" batch report "$D/b"
	[ -e "$D/b/plot-variants.svg" ]
	(cd "$D/b" && gnuplot -d plot-variants.gp >/dev/null && gnuplot -d plot-totals.gp >/dev/null)
	[ ! -e "$D/b/pwned" ]
	[ ! -e pwned ]
	grep -qF 'title "a__ system__touch pwned___ print _" noenhanced' "$D/b/plot-variants.gp"
	xmllint --noout --nonet "$D/b/batch.html"
}

@test "bench-batch: the peak of what is measured several times is that of all" {
	eval "$(sed -n '/^watch()/,/^}/p' "$top/tests/experiments/bench-batch")"
	# shellcheck disable=SC2034 # watch's
	CACHE=$cache
	memory() { cat "$D/mib"; }
	for mib in 300 700 500; do
		echo $mib >"$D/mib"
		sleep 0.2 &
		watch $! "$D/peak"
	done
	read -r mib _ <"$D/peak"
	[ "$mib" = 700 ]
}

@test "a variant's name says nothing to a terminal" {
	plan --axis vcpus=1,2 --runs 2
	run -0 "$exitmeter" batch run --program "$D/program" "$D/b"
	# A plan that was made elsewhere may call them anything.
	jq '.variants[0].name = "a\u001b[31mb"' "$D/b/plan.json" >"$D/plan.json"
	mv "$D/plan.json" "$D/b/plan.json"
	run -0 "$exitmeter" batch report "$D/b"
	[[ $output == *"a.[31mb: 2 runs"* && $output != *$'\e'* ]]
	run -0 "$exitmeter" batch compare "$D/b"
	[[ $output == *"A: a.[31mb, 2 runs"* && $output != *$'\e'* ]]
}

@test "compare: nothing differs of the same runs, and one exit is a finding where runs are deterministic" {
	for side in A B; do "$exitmeter" batch config --cache "$cache" --kit "$kit" --host emulated-vmx --guest micro \
		--deterministic --memory "$([ $side = A ] && echo 512 || echo 513)" >"$D/$side.json"; done
	"$exitmeter" batch plan --variant "KERNEL=6.1 A=$D/A.json" --variant "B=$D/B.json" --runs 2 --cache "$cache" --out "$D/b"
	run -0 "$exitmeter" batch run --program "$D/program" "$D/b"
	run -0 --separate-stderr "$exitmeter" batch compare "$D/b"
	[[ $output == *"deterministic, so that figures are exact and have no interval"* ]]
	[ "${lines[-1]}" = "A and B are the same, to the last exit and cycle." ]
	"$top/tests/schema/validate" "$D/b/comparison.json"
	xmllint --noout --nonet "$D/b/comparison.html"
	# One figure of one run is another: that is a fault.
	make_program
	run -0 "$exitmeter" batch plan --variant "A=$D/A.json" --runs 2 --cache "$cache" --out "$D/c"
	make_program '[[ $out != */002.* ]] || saved=pass-timeline'
	run -0 "$exitmeter" batch run --program "$D/program" "$D/c"
	run -0 --separate-stderr "$exitmeter" batch report "$D/c"
	[[ ${lines[0]} == *"deterministic, and yet "*" figures differ from run to run: that is a fault, and no noise" ]]
	"$top/tests/schema/validate" "$D/c/batch.json"
	[ "$(jq '.variants[0].unsteady > 0' "$D/c/batch.json")" = true ]
	grep -q "figures differ from run to run: that is a fault" "$D/c/batch.html"
	# What is missing may differ.
	rm -r "$D/b/runs/B/002"
	run -3 "$exitmeter" batch compare "$D/b"
	[[ $output == *"B: B, 1 run; beside them: 1 missing"* ]]
	run -2 "$exitmeter" batch compare "$D/b" "$D/b"
	[[ $output == *"two batches of one each"* ]]
}

@test "the page of a comparison has its sentence, each figure of comparison.json, and a picture of the intervals" {
	command -v gnuplot >/dev/null || skip "gnuplot is not installed"
	mkdir "$D/KERNEL=6.1"
	for side in A B; do "$exitmeter" batch config --cache "$cache" --kit "$kit" --host emulated-svm --guest micro \
		--memory "$([ $side = A ] && echo 512 || echo 513)" >"$D/KERNEL=6.1/$side.json"; done
	"$exitmeter" batch plan --variant "A=$D/KERNEL=6.1/A.json" --variant "B=$D/KERNEL=6.1/B.json" --runs 8 --cache "$cache" --out "$D/b"
	# Runs of one side differ from each other, too.
	make_program 'saved=pass-micro
	[ "$(jq .memory "$config")" = 512 ] || saved=pass-timeline
	[[ $out != */001.* ]] || saved=pass-tool'
	run -0 "$exitmeter" batch run --program "$D/program" "$D/b"
	run -1 --separate-stderr "$exitmeter" batch compare "$D/b"
	# shellcheck disable=SC2154 # run sets it
	[ "$stderr" = "page: $D/b/comparison.html" ]
	cd "$D/b"
	"$top/tests/schema/validate" comparison.json
	xmllint --noout --nonet comparison.html
	in_page() { xmllint --xpath "$1" comparison.html; }
	[ "$(in_page 'string(//*[local-name()="h1"]/following::*[local-name()="p"][1])')" = "$(jq -r .sentence comparison.json)" ]
	[[ $(in_page 'string(//*[local-name()="dl"])') == *"AA, 8 runs"*"BB, 8 runs"* ]]
	[ "$(in_page 'count(//*[local-name()="tbody"]/*)')" = "$(jq '.figures | length' comparison.json)" ]
	findings=$(jq '[.figures[] | select(.finding)] | length' comparison.json)
	[ "$findings" -gt 2 ]
	[ "$(in_page 'count(//*[local-name()="td"][text()="differs"])')" = "$findings" ]
	# Of each finding that A has, too: by how many percent B has more, and both ends of that.
	jq -r '.figures[] | select(.finding and .measure == "exits" and .mean_a > 0) | .mean_a as $a | .mean_b - $a, .interval[] |
		. * 100 / $a' comparison.json | paste -d' ' - - - >"$D/want"
	[ -s "$D/want" ]
	awk '!NF { block = 1 } NF && block { print $2, $3, $4 }' plot-difference.dat | paste -d' ' "$D/want" - |
		awk '{ for (i = 1; i <= 3; i++) if ($i - $(i + 3) > .001 || $(i + 3) - $i > .001 || NF != 6) { print; exit 1 } }'
	gnuplot -d plot-difference.gp | cmp - plot-difference.svg
	data=$(in_page 'string(//*[@id="picture-difference"]/*[local-name()="img"]/@src)')
	base64 -d <<<"${data#*base64,}" | cmp - plot-difference.svg
	[[ $(xmllint --xpath 'string(/)' plot-difference.svg) == *"boot CPUID 0x72"*"no difference was found"*differs* ]]
}

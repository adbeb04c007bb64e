#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# exitmeter batch submit --engine slurm, on a cluster of two nodes that are both this machine. A fake stands for
# `exitmeter run`.

load ../lib/cli.bash
load ../lib/batch.bash
load ../lib/disk.bash
load ../lib/slurm.bash
bats_require_minimum_version 1.5.0

setup_file() { export -n CACHE; }
setup() { batch_setup; }

teardown() { stop_slurm; }

# fake_sbatch: makes an sbatch that notes its words and prints numbers from 41 on.
fake_sbatch() {
	mkdir -p "$D/bin"
	cat >"$D/bin/sbatch" <<-END
	#!/bin/bash
	echo "\$*" >>"$D/submitted"
	echo "sbatch: info: account 12 is taken by default" >&2
	echo "\$((40 + \$(wc -l <"$D/submitted")));cluster"
	echo "sbatch: info: 3 nodes" >&2
	END
	chmod 755 "$D/bin/sbatch"
	PATH=$D/bin:$PATH
}

@test "an array of shards and a report behind it, with the time and memory that its runs need" {
	plan --axis vcpus=1,2 --axis memory=1024,2048 --runs 10
	fake_sbatch
	run -0 "$exitmeter" batch submit --engine slurm --shards 4 "$D/b"
	[[ $output == *"job 41 has 4 shards (squeue -j 41)"* ]]
	[ "$(cat "$D/submitted")" = "--parsable $D/b/slurm/shard.sh
--parsable --dependency=afterany:41 $D/b/slurm/report.sh" ]
	grep -qx '#SBATCH --array=1-4' "$D/b/slurm/shard.sh"
	grep -qx '#SBATCH --requeue' "$D/b/slurm/shard.sh"
	# 3.5 GiB, of which a guest has one; this one has two.
	grep -qx '#SBATCH --mem=4608M' "$D/b/slurm/shard.sh"
	# Ten runs of 25 s each, four times as slow; ten minutes to begin; the 20 minutes that one run may take at most.
	grep -qx '#SBATCH --time=47' "$D/b/slurm/shard.sh"
	shellcheck "$D/b/slurm/shard.sh" "$D/b/slurm/report.sh"
	# There are no more shards than runs.
	out=$D/c plan --runs 2
	run -0 "$exitmeter" batch submit --engine slurm "$D/c"
	grep -qx '#SBATCH --array=1-2' "$D/c/slurm/shard.sh"
}

@test "no task asks for more than eight hours, and a longer shard may begin anew the more often" {
	plan --runs 10000
	fake_sbatch
	run -0 "$exitmeter" batch submit --engine slurm --shards 8 "$D/b"
	grep -qx '#SBATCH --time=480' "$D/b/slurm/shard.sh"
	# 1250 runs of 100 s are 35 hours, which are four times eight.
	[ "$(grep -c 'again 24; exit 143' "$D/b/slurm/shard.sh")" -eq 2 ]
	# But for one run that may take longer: one of 7,200 s, on a machine that is eight times slower.
	out=$D/c plan --timeout-boot 7200 --patience 8 --runs 2
	run -0 "$exitmeter" batch submit --engine slurm --shards 2 "$D/c"
	[ "$(sed -n 's/#SBATCH --time=//p' "$D/c/slurm/shard.sh")" -gt $((7200 * 8 / 60)) ]
}

@test "a program of the user's may take its whole limit in each run" {
	printf '#!/bin/sh\n' >"$D/work"
	plan --scenario workload --workload "$D/work" --timeout-workload 600 --runs 4
	fake_sbatch
	run -0 "$exitmeter" batch submit --engine slurm --shards 2 "$D/b"
	# Two runs of 100 s and 600 s each; ten minutes to begin; the 20 minutes and 600 s that one run may take at most.
	grep -qx '#SBATCH --time=64' "$D/b/slurm/shard.sh"
}

# fake_scontrol: makes an scontrol that notes its words.
fake_scontrol() {
	printf '#!/bin/bash\necho "$*" >>"%s/scontrol"\n' "$D" >"$D/bin/scontrol"
	chmod 755 "$D/bin/scontrol"
}

@test "a shard whose time is up ends its run, and is put back into the queue" {
	plan --runs 2
	make_program '[ "$(wc -l <"$D/ran")" -ne 2 ] || sleep 60'
	fake_sbatch
	fake_scontrol
	run -0 "$exitmeter" batch submit --engine slurm --shards 1 --program "$D/program" "$D/b"
	export SLURM_ARRAY_JOB_ID=41 SLURM_ARRAY_TASK_ID=1
	bash "$D/b/slurm/shard.sh" 2>"$D/said" 3>&- &
	until [ -e "$D/ran" ] && [ "$(wc -l <"$D/ran")" -eq 2 ]; do sleep 0.05; done
	kill -USR1 %1
	wait %1 || code=$?
	[ "$code" -eq 143 ]
	[ "$(cat "$D/scontrol")" = "requeue 41_1" ]
	grep -F "1 of 2 runs are done; the same command goes on with the rest" "$D/said"
	make_program
	SLURM_RESTART_COUNT=1 run -0 bash "$D/b/slurm/shard.sh"
	[ "$(wc -l <"$D/ran")" -eq 3 ]
	[ "$(wc -l <"$D/scontrol")" -eq 1 ]
}

@test "what comes to nothing twice on one node is put back into the queue once" {
	plan --runs 1
	make_program 'exit 2'
	fake_sbatch
	fake_scontrol
	run -0 "$exitmeter" batch submit --engine slurm --program "$D/program" "$D/b"
	export SLURM_ARRAY_JOB_ID=41 SLURM_ARRAY_TASK_ID=1
	run -3 bash "$D/b/slurm/shard.sh"
	[ "$(wc -l <"$D/ran")" -eq 2 ]
	[ "$(cat "$D/scontrol")" = "requeue 41_1" ]
	SLURM_RESTART_COUNT=1 run -3 bash "$D/b/slurm/shard.sh"
	[ "$(wc -l <"$D/scontrol")" -eq 1 ]
}

@test "submit says what it cannot do" {
	plan --runs 2
	refused 2 "unknown engine 'pbs': it is one of slurm local" "$exitmeter" batch submit --engine pbs "$D/b"
	mkdir "$D/bin" "$D/none"
	refused 77 "sbatch" env PATH="$D/none" "$exitmeter" batch submit --engine slurm "$D/b"
	printf '#!/bin/sh\necho "sbatch: error: no partition" >&2; exit 1\n' >"$D/bin/sbatch"
	chmod 755 "$D/bin/sbatch"
	PATH=$D/bin:$PATH refused 2 "sbatch ended with 1, and printed no number of a job: sbatch: error: no partition" \
		"$exitmeter" batch submit --engine slurm "$D/b"
}

@test "the engine local carries out and reports, on the folder that has the runs" {
	plan --runs 2
	run -0 --separate-stderr "$exitmeter" batch submit --engine local --program "$D/program" "$D/b"
	[[ ${lines[0]} == "run: 2 runs" ]]
	[ -e "$D/b/batch.html" ]
	rm "$D/b/batch.html"
	run -0 --separate-stderr "$exitmeter" batch submit --program "$D/program" "$D/b/plan.json"
	[[ ${lines[0]} == "run: 2 runs" ]]
	[ -e "$D/b/batch.html" ]
	rm -r "$D/b/runs" "$D/b/batch.html"
	run -0 --separate-stderr "$exitmeter" batch submit --program "$D/program" --out "$D/else" "$D/b"
	[[ ${lines[0]} == "run: 2 runs" ]]
	[ -e "$D/else/batch.html" ]
	[ ! -e "$D/b/batch.html" ]
	refused 2 "submit --engine slurm takes no --out" "$exitmeter" batch submit --engine slurm --out "$D/else" "$D/b"
	fake_sbatch
	run -0 "$exitmeter" batch submit --engine slurm "$D/b/plan.json"
	[ -e "$D/b/slurm/shard.sh" ]
}

@test "each node gets the images once, whole or not at all, and runs with them" {
	plan --runs 2
	fake_sbatch
	run -0 "$exitmeter" batch submit --engine slurm --node-cache "$D/node" --program "$D/program" --shards 1 "$D/b"
	shellcheck "$D/b/slurm/shard.sh"
	# A copy that was killed is begun anew.
	mkdir -p "$D/node/store/part/half"
	SLURM_ARRAY_TASK_ID=1 run -0 bash "$D/b/slurm/shard.sh"
	of_run() { dirname "$(dirname "$(jq -r '."host-image"' "$1/runs/run/001/config.json")")"; }
	node=$(of_run "$D/b")
	[[ $node == "$D/node/"* ]]
	diff -r "$cache/images" "$node/images"
	diff -r "$cache/modules" "$node/modules"
	[ ! -e "$D/node/store/part" ]
	touch "$node/images/host-bookworm/mark"
	out=$D/c plan --runs 1
	run -0 "$exitmeter" batch submit --engine slurm --node-cache "$D/node" --program "$D/program" --shards 1 "$D/c"
	SLURM_ARRAY_TASK_ID=1 run -0 bash "$D/c/slurm/shard.sh"
	[ "$(of_run "$D/c")" = "$node" ]
	[ -e "$node/images/host-bookworm/mark" ]
}

@test "modules without a record are known by their content, and no task takes them from another" {
	mkdir -p "$cache/submissions/x"
	for name in kvm kvm-amd kvm-intel; do echo first >"$cache/submissions/x/$name.ko"; done
	plan --module-dir "$cache/submissions/x" --runs 1
	fake_sbatch
	run -0 "$exitmeter" batch submit --engine slurm --node-cache "$D/node" --program "$D/program" --shards 1 "$D/b"
	modules() { jq -r '."module-dir"' "$1/runs/run/001/config.json"; }
	SLURM_ARRAY_TASK_ID=1 run -0 bash "$D/b/slurm/shard.sh"
	first=$(modules "$D/b")
	inode=$(stat -c %i "$first/kvm.ko")
	rm -r "$D/b/runs"
	SLURM_ARRAY_TASK_ID=1 run -0 bash "$D/b/slurm/shard.sh"
	[ "$(stat -c %i "$first/kvm.ko")" = "$inode" ]
	# Others in that place are another thing, and what was there stays, for a task may be at it.
	for name in kvm kvm-amd kvm-intel; do echo second >"$cache/submissions/x/$name.ko"; done
	out=$D/c plan --module-dir "$cache/submissions/x" --runs 1
	run -0 "$exitmeter" batch submit --engine slurm --node-cache "$D/node" --program "$D/program" --shards 1 "$D/c"
	SLURM_ARRAY_TASK_ID=1 run -0 bash "$D/c/slurm/shard.sh"
	[ "$(cat "$(modules "$D/c")/kvm.ko") $(cat "$first/kvm.ko")" = "second first" ]
	# What both read is there once.
	[ "$(stat -c %h "${first%/submissions/x}/images/host-bookworm/root.img")" -eq 3 ]
}

@test "a node whose cache cannot be filled reads from the shared folder, and says so" {
	plan --runs 1
	fake_sbatch
	echo >"$D/file"
	run -0 "$exitmeter" batch submit --engine slurm --node-cache "$D/file/x" --program "$D/program" --shards 1 "$D/b"
	SLURM_ARRAY_TASK_ID=1 run -0 bash "$D/b/slurm/shard.sh"
	[[ $output == *"exitmeter: $D/file/x cannot be filled, so this shard reads its images from $cache"* ]]
	[ "$(jq -r '."host-image"' "$D/b/runs/run/001/config.json")" = "$cache/images/host-bookworm" ]
	# A disk that is full in the middle: of what was begun nothing stays.
	printf '#!/bin/bash\n[[ $* != *modules* ]] || { mkdir -p "${!#}"; echo "cp: no space left" >&2; exit 1; }\nexec %s "$@"\n' \
		"$(command -v cp)" >"$D/bin/cp"
	chmod 755 "$D/bin/cp"
	rm -r "$D/b/runs"
	run -0 "$exitmeter" batch submit --engine slurm --node-cache "$D/node" --program "$D/program" --shards 1 "$D/b"
	SLURM_ARRAY_TASK_ID=1 run -0 bash "$D/b/slurm/shard.sh"
	[[ $output == *"no space left"*"$D/node cannot be filled"* ]]
	[ ! -e "$D/node/store/part" ]
}

@test "each node gets images that were fetched, with their keys, and one of one's own in the cache" {
	bios_disk "$cache/mine.img" 2M
	plan --guest cloud --image-file "$cache/mine.img" --axis vcpus=1,2
	fake_sbatch
	run -0 "$exitmeter" batch submit --engine slurm --node-cache "$D/node" --program "$D/program" --shards 1 "$D/b"
	[ "$(grep -c "'images/host-bookworm'" "$D/b/slurm/shard.sh")" -eq 1 ]
	SLURM_ARRAY_TASK_ID=1 run -0 bash "$D/b/slurm/shard.sh"
	image=$(jq -r '."image-file"' "$D/b/runs/vcpus-1/001/config.json")
	[[ $image == "$D/node/"*/mine.img ]]
	cmp "$cache/mine.img" "$image"
	jq '.variants[].options |= (.image = "ubuntu-24.04" | ."image-file" = null)' "$D/b/plan.json" >"$D/plan.json"
	mv "$D/plan.json" "$D/b/plan.json"
	run -0 "$exitmeter" batch submit --engine slurm --node-cache "$D/node" --shards 1 "$D/b"
	grep -F "'images/ubuntu-24.04'" "$D/b/slurm/shard.sh"
	grep -F "'keyrings'" "$D/b/slurm/shard.sh"
}

@test "eight runs on two nodes, of which one is killed in the middle, come to the same report as here" {
	need_slurm
	plan --axis vcpus=1,2 --runs 4
	cp -r "$D/b" "$D/here"
	"$exitmeter" batch run --program "$D/program" "$D/here" 2>/dev/null
	"$exitmeter" batch report "$D/here" >"$D/want"
	rm "$D/ran"
	# What is on the node that is to be killed is half done until then.
	make_program 'sleep 1; [ "$SLURMD_NODENAME" != n2 ] || { touch "$D/on-n2"; sleep 600; }'
	start_slurm
	"$exitmeter" batch submit --engine slurm --shards 4 --wait --program "$D/program" "$D/b" >"$D/got" 2>"$D/said" 3>&- &
	submit=$!
	wait_for 60 eval '[ -e "$D/on-n2" ] && [ "$(wc -l <"$D/ran")" -ge 3 ]'
	kill_node n2
	wait_for 60 eval '[ "$(sinfo -h -n n2 -o %T)" = "down*" ]'
	end_in_a_hurry "$submit"
	cat "$D/said" "$D/b"/slurm/*.log
	diff "$D/got" "$D/want"
	grep -v '^page: ' "$D/b/slurm/report.log" | diff - "$D/want"
	diff "$D/b/batch.json" "$D/here/batch.json"
	[ "$(find "$D/b/runs" -name SHA256SUMS | wc -l)" -eq 8 ]
	# What was half done on the node that was lost was done again, and nothing that was done.
	[ "$(sort -u "$D/ran" | wc -l)" -eq 8 ]
	[ "$(wc -l <"$D/ran")" -gt 8 ]
	[ "$(wc -l <"$D/ran")" -le 10 ]
}

@test "tasks whose nodes others want, and one whose time is up, go on with what is missing" {
	need_slurm
	plan --axis vcpus=1,2 --runs 4
	make_program 'echo "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" >>"$D/tasks"; sleep 4'
	start_slurm
	"$exitmeter" batch submit --engine slurm --shards 4 --wait --program "$D/program" "$D/b" >"$D/got" 2>"$D/said" 3>&- &
	submit=$!
	wait_for 60 eval '[ -e "$D/tasks" ]'
	sbatch --partition=urgent --exclusive --nodes=2 --output=/dev/null --wrap 'sleep 1'
	wait_for 60 eval '[ -z "$(squeue -h -r -p all -t RUNNING -o %i)" ]'
	begun=$(wc -l <"$D/tasks")
	wait_for 60 eval 'hurry; [ "$(wc -l <"$D/tasks")" -gt "$begun" ]'
	# As Slurm tells a task whose time is nearly up.
	scancel --signal=USR1 --batch "$(tail -n 1 "$D/tasks")"
	end_in_a_hurry "$submit"
	cat "$D/said" "$D/b"/slurm/*.log
	grep -q 'DUE TO PREEMPTION' "$D/b"/slurm/shard-*.log
	[ "$(find "$D/b/runs" -name SHA256SUMS | wc -l)" -eq 8 ]
	[ "$(sort -u "$D/ran" | wc -l)" -eq 8 ]
	# What was half done when its node was taken or its time was up was done again.
	[ "$(wc -l <"$D/ran")" -gt 8 ]
}

@test "a class is planned here, measured by shards, and graded here" {
	local name
	export saved=pass
	for name in ann bob; do
		mkdir -p "$D/class/$name"
		touch "$D/class/$name/"{kvm,kvm-amd,kvm-intel}.ko
	done
	make_program
	grade() {
		"$exitmeter" grade --subjects "$D/class" --out "$D/out" --cache "$cache" --kit "$kit" --host emulated-svm \
			--program "$D/program" "$@"
	}
	run -0 grade --plan
	[ "${lines[-1]}" = "$D/out" ]
	[ ! -e "$D/ran" ]
	[ ! -e "$D/out/grades.json" ]
	[ "$(jq -r '.runs[].folder' "$D/out/plan.json" | paste -sd' ')" = "subjects/ann subjects/bob" ]
	"$top/tests/schema/validate" "$D/out/plan.json"
	fake_sbatch
	run -0 "$exitmeter" batch submit --engine slurm --wait --shards 2 --program "$D/program" "$D/out"
	for shard in 1 2; do SLURM_ARRAY_TASK_ID=$shard run -0 bash "$D/out/slurm/shard.sh"; done
	[ "$(wc -l <"$D/ran")" -eq 2 ]
	run -0 grade
	[ "$(wc -l <"$D/ran")" -eq 2 ]
	[ "$(jq -r '.subjects[].verdict' "$D/out/grades.json" | paste -sd' ')" = "pass pass" ]
	# What no shard has measured is not measured here: it is lost, by the words of who was at it last.
	rm -r "$D/out/subjects/bob"
	run -0 "$exitmeter" batch submit --engine slurm --wait --program "$D/program" "$D/out"
	[[ $output == *"1 of 2 runs are missing: $D/out/slurm has what the shards said"* ]]
	run -3 grade --measured
	[ "$(wc -l <"$D/ran")" -eq 2 ]
	[ "$(jq -r '.subjects[].verdict' "$D/out/grades.json" | paste -sd' ')" = "pass lost" ]
	make_program 'echo "exitmeter: this node is broken" >&2; exit 2'
	SLURM_RESTART_COUNT=1 SLURM_ARRAY_TASK_ID=2 run -3 bash "$D/out/slurm/shard.sh"
	run -3 grade --measured
	[[ $output == *"bob"*"who was at it last said: this node is broken"* ]]
	refused 2 "--measured measures nothing" "$exitmeter" grade --subjects "$D/class" --measured --force
	make_program
	rm "$D/ran"
	SLURM_ARRAY_TASK_ID=2 run -0 bash "$D/out/slurm/shard.sh"
	run -0 grade --measured
	echo subjects/ann >>"$D/ran"
	# What was asked to be measured again is.
	run -0 grade --plan --only bob
	[ "$(jq -r '.runs[].folder' "$D/out/plan.json")" = subjects/bob ]
	SLURM_ARRAY_TASK_ID=1 run -0 bash "$D/out/slurm/shard.sh"
	SLURM_ARRAY_TASK_ID=2 run -0 bash "$D/out/slurm/shard.sh"
	[ "$(wc -l <"$D/ran")" -eq 3 ]
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# ci/: the workflows are clean, and their lint finds each kind of mistake. The scripts that their steps call run
# with fakes for make, sudo and the machine.
#
# shellcheck disable=SC2154 # output and lines are run's
# shellcheck disable=SC2016 # sed's and GitHub's dollars

bats_require_minimum_version 1.5.0

setup() {
	cd "$BATS_TEST_DIRNAME/../.." || return
	TMP=$BATS_TEST_TMPDIR
	FAKES=$TMP/fakes
	mkdir -p "$FAKES"
	export PATH=$FAKES:$PATH
	unset GITHUB_STEP_SUMMARY
}

fake() {
	{ echo '#!/bin/bash'; cat; } >"$FAKES/$1"
	chmod 755 "$FAKES/$1"
}

need_lint() {
	command -v yamllint >/dev/null && command -v shellcheck >/dev/null &&
		/usr/bin/python3 -c 'import yaml, jsonschema' 2>/dev/null ||
		skip "yamllint, shellcheck, python3-yaml or python3-jsonschema is missing; run ci/install-deps"
}

# found WORDS SED...: the lint refuses our workflow, altered by SED, with WORDS.
found() {
	local words=$1
	shift
	sed "$@" "${workflow:=ci/github-nested.yml}" >"$TMP/w.yml"
	! cmp -s "$workflow" "$TMP/w.yml" || { echo "nothing altered: $*"; return 1; }
	run -1 ci/lint-workflows "$TMP/w.yml"
	[[ $output == *"$words"* ]]
}

@test "the workflows are clean" {
	need_lint
	run -0 ci/lint-workflows
	[ -z "$output" ]
	[ "$(ls ci/github-*.yml | wc -l)" -eq 3 ]
}

@test "what is no workflow is found" {
	need_lint
	found "Additional properties are not allowed" 's/timeout-minutes:/timeout-minuets:/'
	found "'timeout-minutes' is a required property" '/timeout-minutes:/d'
	found "'permissions' is a required property" '/^permissions:/,+1d'
	found "is not valid under any of the given schemas" 's/^        run: ci.open-kvm/        runs: ci\/open-kvm/'
	found "is not valid under any of the given schemas" 's,actions/checkout@v4,actions/checkout@main,'
	found "is not valid under any of the given schemas" 's,path: ${{ env.OUT }},path: ${{ github.workspace }}/../runs,'
	found "duplication of key" 's/^name: .*/&\n&/'
	found "wrong indentation" 's/^      - name: Packages/       - name: Packages/'
	found "cannot be read" 's/^jobs:/jobs: [/'
}

@test "expressions that name nothing are found" {
	need_lint
	found "no step before has the id cahce" 's/steps.cache.outputs.key/steps.cahce.outputs.key/'
	found "a step has no outcmoe" 's/build.outcome/build.outcmoe/'
	found "no step before has the id bild" 's/steps.build.outcome/steps.bild.outcome/'
	found "has no output hit" 's/outputs.cache-hit/outputs.hit/'
	found "there is no context runer" 's/${{ env.OUT }}/${{ runer.temp }}/'
	found "there is no context runner here" 's/^    timeout-minutes:.*/&\n    env:\n      X: ${{ runner.temp }}/'
	found "not an expression" 's/${{ env.OUT }}/${{ env.OUT }/'
	found "no step before has the id fetch" 's/^        id: fetch$/        id: get/'
}

@test "jobs that need none, and words of no matrix, are found" {
	need_lint
	workflow=ci/github-batch.yml
	found "job shard: it needs plann, and there is no such job" 's/needs: .plan\]/needs: [plann]/'
	found "job report: it needs report" 's/needs: .plan, shard./needs: [plan, report]/'
	found "job report: if: it does not need plan" 's/needs: .plan, shard./needs: [shard]/'
	found "job report: if: there is no context steps here" 's/if: needs.plan/if: steps.plan/'
	found "a pipe into tee is green" 's/^          cat "$OUT.report.txt"/&\n          cat "$OUT\/report.txt" | tee -a x/'
	found "the matrix has no chard" 's/SHARD: ${{ matrix.shard }}/SHARD: ${{ matrix.chard }}/'
	found "non-unique elements" 's/"3", "4"/"3", "3"/'
	found "is not one of" 's/merge-multiple: true/merge-multiple: always/'
}

@test "the shards of the workflow are all of the batch" {
	[ "$(sed -n 's/^ *shard: //p' ci/github-batch.yml)" = '["1", "2", "3", "4"]' ]
	grep -qF -- '--shard "$SHARD/4"' ci/github-batch.yml
}

# step_of NAME: prints the script of a step of ci/github-batch.yml.
step_of() {
	/usr/bin/python3 -c 'import sys, yaml
jobs = yaml.safe_load(open("ci/github-batch.yml"))["jobs"].values()
print(next(step["run"] for job in jobs for step in job["steps"] if step.get("name") == sys.argv[1]))' "$1"
}

@test "the batch's report is uploaded whatever it says, and then the job ends with its exit code" {
	need_lint
	export OUT=$TMP/out GITHUB_OUTPUT=$TMP/output GITHUB_STEP_SUMMARY=$TMP/summary
	mkdir -p "$TMP/build"
	printf '#!/bin/bash\n[ $2 = report ] || exit 0\necho "run: *2* runs"\nexit %s\n' 3 >"$TMP/build/exitmeter"
	chmod 755 "$TMP/build/exitmeter"
	step_of "Merge and report" >"$TMP/report"
	step_of "What it came to" >"$TMP/end"
	cd "$TMP"
	for code in 0 1 2 3; do
		rm -rf "$OUT" "$GITHUB_OUTPUT" "$GITHUB_STEP_SUMMARY"
		mkdir -p "$OUT/whole" "$OUT/shard-1"
		sed -i "s/^exit .*/exit $code/" build/exitmeter
		# As GitHub runs it.
		run -0 bash -e report
		[ "$(ls "$OUT")" = "$(printf 'report.txt\nwhole')" ]
		[ "$(cat "$GITHUB_STEP_SUMMARY")" = '```
run: *2* runs
```' ]
		CODE=$(sed -n 's/^code=//p' "$GITHUB_OUTPUT") run "-$code" bash -e end
	done
	# A shard at its limit costs its own runs only.
	/usr/bin/python3 -c 'import yaml
job = yaml.safe_load(open("'"$BATS_TEST_DIRNAME"'/../../ci/github-batch.yml"))["jobs"]["report"]
assert "!cancelled()" in job["if"], job["if"]
names = [step.get("name") for step in job["steps"]]
assert names[-2:] == ["The report, the page and all run folders", "What it came to"], names'
}

@test "steps that call what is not there, or are no good shell, are found" {
	need_lint
	found "there is no program ci/instal-deps" 's,ci/install-deps,ci/instal-deps,'
	found "there is no target prepair" 's/make prepare/make prepair/'
	found "make knows no variable HOTS" 's/prepare HOST=/prepare HOTS=/'
	found "SC2086" 's/"$CACHE_FILE"/$CACHE_FILE/'
	found "shellcheck: " 's/\[ "$code" -eq 1 \]/if [ "$code" -eq 1 ]/'
	found "code that a stranger may write" 's/run: ci.open-kvm/run: ci\/open-kvm ${{ github.head_ref }}/'
}

@test "the steps that hand things on do so" {
	need_lint
	export RUNNER_TEMP=$TMP/runner GITHUB_ENV=$TMP/env GITHUB_OUTPUT=$TMP/output
	for workflow in ci/github-*.yml; do
		rm -rf "$RUNNER_TEMP" "$GITHUB_ENV" "$GITHUB_OUTPUT"
		mkdir "$RUNNER_TEMP"
		for step in Folders "Name of the cache"; do
			/usr/bin/python3 -c 'import sys, yaml
jobs = yaml.safe_load(open(sys.argv[1]))["jobs"].values()
[text] = {next(step["run"] for step in job["steps"] if step.get("name") == sys.argv[2]) for job in jobs}
print(text)' "$workflow" "$step" >"$TMP/step"
			bash -e "$TMP/step"
		done
		for name in CACHE CACHE_FILE OUT; do grep -qE "^$name=$RUNNER_TEMP/" "$GITHUB_ENV"; done
		[ -d "$(sed -n 's/^OUT=//p' "$GITHUB_ENV")" ]
		grep -qE '^key=exitmeter-[a-z0-9_]+-[0-9a-f]{16}$' "$GITHUB_OUTPUT"
	done
}

@test "each script explains itself, and refuses wrong usage" {
	for script in open-kvm cache measure lint-workflows install-deps; do
		run -0 ci/$script --help
		[[ ${lines[0]} == "usage: ci/$script"* ]]
		run -2 ci/$script --nosuch
	done
	run -2 ci/cache save
	run -2 ci/measure "$TMP/out" nested
}

# --- open-kvm -----------------------------------------------------------------------

# make_machine NESTED REFCNT: makes a folder that open-kvm takes for the machine's /.
make_machine() {
	export EXITMETER_SYS=$TMP/sys
	mkdir -p "$EXITMETER_SYS/dev" "$EXITMETER_SYS/sys/module/kvm_intel/parameters"
	echo "$1" >"$EXITMETER_SYS/sys/module/kvm_intel/parameters/nested"
	echo "$2" >"$EXITMETER_SYS/sys/module/kvm_intel/refcnt"
	: >"$EXITMETER_SYS/dev/kvm"
	fake id <<<'echo 1000'
	fake sudo <<-'END'
	[ "$1" = -n ] || exit 1
	shift
	echo "$@" >>"$EXITMETER_SYS/asked"
	case $1 in modprobe | udevadm) ;; *) exec "$@" ;; esac
	END
}

@test "open-kvm without a device is 77 and names the host to take" {
	EXITMETER_SYS=$TMP/none run -77 ci/open-kvm
	[[ $output == *"there is no $TMP/none/dev/kvm"*"HOST=emulated-svm"* ]]
}

@test "open-kvm does nothing where there is nothing to do" {
	make_machine Y 0
	run -0 ci/open-kvm
	[[ $output == *"kvm_intel nests"*"is open to this user"* ]]
	[ ! -e "$EXITMETER_SYS/asked" ]
}

@test "open-kvm switches nesting on, unless KVM is in use" {
	make_machine N 0
	run -0 ci/open-kvm
	grep -qx "modprobe -r kvm_intel" "$EXITMETER_SYS/asked"
	grep -qx "modprobe kvm_intel nested=1" "$EXITMETER_SYS/asked"
	rm "$EXITMETER_SYS/asked"
	echo 1 >"$EXITMETER_SYS/sys/module/kvm_intel/refcnt"
	run -77 ci/open-kvm
	[[ $output == *"in use"* ]]
	rm "$EXITMETER_SYS/sys/module/kvm_intel/refcnt"
	run -77 ci/open-kvm
	[[ $output == *"built into the kernel"* ]]
	[ ! -e "$EXITMETER_SYS/asked" ]
}

@test "open-kvm opens the device for now and for later" {
	make_machine Y 0
	chmod 000 "$EXITMETER_SYS/dev/kvm"
	[ ! -r "$EXITMETER_SYS/dev/kvm" ] || skip "root reads everything"
	run -0 ci/open-kvm --dry-run
	[ "$(stat -c %a "$EXITMETER_SYS/dev/kvm")" = 0 ]
	run -0 ci/open-kvm
	[ "$(stat -c %a "$EXITMETER_SYS/dev/kvm")" = 666 ]
	grep -q 'MODE="0666"' "$EXITMETER_SYS/etc/udev/rules.d/99-exitmeter-kvm.rules"
}

# --- cache --------------------------------------------------------------------------

make_cache() {
	export CACHE=$TMP/ca che
	mkdir -p "$CACHE"/{trees/t/etc,images/{whole,half},modules/6.1,bochs-3.0,runs/r}
	echo '{}' | tee "$CACHE/trees/t/tree.json" "$CACHE/images/whole/image.json" \
		"$CACHE/modules/6.1/build.json" "$CACHE/bochs-3.0/image.json" >"$CACHE/trees/t/etc/shadow"
	chmod 600 "$CACHE/trees/t/etc/shadow"
	fake sudo <<<'shift; exec "$@"'
}

@test "what is saved is restored, finished pieces and nothing else" {
	make_cache
	ci/cache save "$TMP/c.tar.zst"
	before=$(cd "$CACHE" && find trees images/whole modules bochs-3.0 -printf '%p %m %s\n' | sort)
	CACHE=$TMP/new run -0 ci/cache restore "$TMP/c.tar.zst"
	[ "$(cd "$TMP/new" && find trees images/whole modules bochs-3.0 -printf '%p %m %s\n' | sort)" = "$before" ]
	[ ! -e "$TMP/new/images/half" ]
	[ ! -e "$TMP/new/runs" ]
	[ "$(ls -A "$TMP/new" | tr '\n' ' ')" = ".restore.lock bochs-3.0 images modules trees " ]
}

@test "restoring leaves what is there, and half a file leaves nothing" {
	make_cache
	ci/cache save "$TMP/c.tar.zst"
	echo mine >"$CACHE/images/whole/image.json"
	rm -r "$CACHE/trees"
	run -0 ci/cache restore "$TMP/c.tar.zst"
	[ "$(cat "$CACHE/images/whole/image.json")" = mine ]
	[ -f "$CACHE/trees/t/tree.json" ]
	truncate -s 100 "$TMP/c.tar.zst"
	mkdir -p "$TMP/new/.restore.tmp.killed"
	CACHE=$TMP/new run ! ci/cache restore "$TMP/c.tar.zst"
	[ "$(ls -A "$TMP/new")" = .restore.lock ]
	CACHE=$TMP/new run -77 ci/cache save "$TMP/d"
	CACHE=$TMP/new run -77 ci/cache restore "$TMP/d"
}

@test "the key changes with what is built, and with nothing else" {
	mkdir "$TMP/top"
	cp -r images kernel-patch ci harness "$TMP/top"
	key=$("$TMP/top/ci/cache" key)
	[ "$("$TMP/top/ci/cache" key)" = "$key" ]
	echo >>"$TMP/top/harness/command/main.c"
	[ "$("$TMP/top/ci/cache" key)" = "$key" ]
	echo >>"$TMP/top/images/build-host"
	[ "$("$TMP/top/ci/cache" key)" != "$key" ]
}

# --- measure --------------------------------------------------------------------------

# A fake of make that ends as make does: with 2, whatever the program's exit code was.
fake_make() {
	fake make <<-END
	echo "make \$*"
	for word; do case \$word in OUT=*) out=\${word#OUT=} ;; esac; done
	$1
	END
}

@test "measure ends with the verdict's code, and keeps log, run folder and summary" {
	fake_make 'mkdir "$out"; echo "{\"exit_code\": 1}" >"$out/verdicts.json"; echo the table >"$out/report.txt"; exit 2'
	GITHUB_STEP_SUMMARY=$TMP/summary run -1 ci/measure "$TMP/out" nested micro MODULES=stock
	grep -qE "measure HOST=nested GUEST=micro OUT=$TMP/out/run MODULES=stock$" "$TMP/out/log"
	[ "$(sed -n '1p; 4p' "$TMP/summary" | tr '\n' ' ')" = "### nested, micro guest the table " ]
	run -2 ci/measure "$TMP/out" nested micro
	[[ $output == *"is there already"* ]]
}

@test "measure without a run folder ends with make's code and shows the log" {
	fake_make 'echo no space; exit 2'
	GITHUB_STEP_SUMMARY=$TMP/summary run -2 ci/measure "$TMP/out" nested micro
	grep -qx "no space" "$TMP/summary"
	fake_make 'mkdir "$out"; echo "{\"exit_code\": 0}" >"$out/verdicts.json"; echo fine >"$out/report.txt"'
	run -0 ci/measure "$TMP/out2" nested micro
}

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154 # C, OUT and the like are vm.bash's
#
# What the tests of signals share: they start a run in the background, wait until it says something, send the
# signal, and look at what must be true afterwards. Load vm.bash before it.

# start_run OPTION...: starts a run, and sets PID to its process, which leads a process group as at a terminal.
# Its L1 host boots, unless OPTION says otherwise. At the begin of the phase PAUSE_AT the run stops itself until resume() (run/progress.h). WRAP is a command that
# starts it.
start_run() {
	EXITMETER_PAUSE_AT=${PAUSE_AT-} setsid "${WRAP[@]}" "$EXITMETER" run --cache "$C/cache" --out "$OUT" "${VM_KERNEL[@]}" \
		--guest micro --saved-host no "$@" > "$C/log" 2>&1 3>&- &
	PID=$!
}

# wait_until COMMAND...: waits until COMMAND succeeds, at most a minute, and only as long as the run lives.
wait_until() {
	local i
	for ((i = 0; i < 600; i++)); do
		if "$@"; then return 0; fi
		kill -0 "$PID" || { cat "$C/log"; return 1; }
		sleep 0.1
	done
	echo "never: $*"
	cat "$C/log"
	return 1
}

# shellcheck disable=SC2086 # a pattern, of a file that may not be there yet
has_text() { grep -qs -- "$2" $1; }

# wait_for FILE TEXT: waits until TEXT is in FILE, which may be a pattern.
wait_for() { wait_until has_text "$@"; }

is_paused() {
	grep -q "^paused at $PAUSE_AT$" "$C/log" && grep -q '^State:.T' "/proc/$PID/status"
}

# pause PHASE [OPTION...]: starts a run, and waits until it has come to that phase and stands there.
pause() {
	PAUSE_AT=$1
	start_run "${@:2}"
	wait_until is_paused
}

resume() { kill -CONT "$PID"; }

# send SIGNAL: INT goes to the whole process group, as a terminal's Ctrl-C does. A run that stands goes on.
send() {
	if [ "$1" = INT ]; then kill -INT -- "-$PID"; else kill "-$1" "$PID"; fi
	resume 2> /dev/null || true	# the run may have ended by now
}

code_of() { echo $((128 + $(kill -l "$1"))); }

# stopped_by SIGNAL: the run ends with one message and the signal's exit code, and all is as it was before.
stopped_by() {
	local got=0 before
	before=$(holdings "$C/cache")
	send "$1"
	wait "$PID" || got=$?
	cat "$C/log"
	[ "$got" -eq "$(code_of "$1")" ]
	[ "$(grep -c '^exitmeter: ' "$C/log")" -eq 1 ]
	grep -q "^exitmeter: stopped by signal $(kill -l "$1") (.*); nothing of this run was kept$" "$C/log"
	[ ! -e "$OUT" ]
	[ "$(holdings "$C/cache")" = "$before" ]
}

# Makes the folder of an earlier run, which no signal may destroy.
make_earlier_run() {
	mkdir -p "$C/cache/runs/earlier"
	cp "$TOP"/tests/fixtures/runs/pass-micro/* "$C/cache/runs/earlier/"
	ln -s "$C/cache/runs/earlier" "$C/cache/runs/latest"
}

# make_canned: makes a kit whose L1 host brings the results of an earlier run, eight seconds after power on. Sets
# CANNED to the options that such a run wants.
make_canned() {
	local run=$TOP/tests/fixtures/runs/pass-micro
	make_kit
	cp -r "$run" "$C/kit/cloud-init/run"
	cat > "$C/kit/host-init" <<-'END'
	#!/bin/bash
	mount -t devtmpfs devtmpfs /dev
	/payload/exitmeter pack /payload/templates/run /dev/vdc
	echo "exitmeter-host: status 0" > /dev/ttyS1
	exec /payload/exitmeter poweroff
	END
	CANNED=(--kit "$C/kit" --nonce "$(jq -r .nonce "$run/evidence.json")")
}

start_canned() {
	make_canned
	start_run "${CANNED[@]}"
}

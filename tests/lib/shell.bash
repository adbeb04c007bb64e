# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
# shellcheck disable=SC2154 # C and the like are vm.bash's
#
# A terminal, in which `exitmeter shell` runs and in which the tests type and read. It is a tmux of the test's own.
# Load vm.bash before it.

term() { TMUX_TMPDIR=$C tmux -L shell -f /dev/null "$@"; }

# open_shell OPTION...: starts a shell in a new terminal. The terminal's settings before and after it are in C/before
# and C/after, its exit code is in C/code when it has ended.
open_shell() {
	command -v tmux > /dev/null || skip "tmux is not installed"
	printf '%q ' "$EXITMETER" shell --cache "$C/cache" "${VM_KERNEL[@]}" "$@" > "$C/command"
	cat > "$C/in-terminal" <<-END
		stty -g > $C/before
		$(< "$C/command")
		echo \$? > $C/code.new
		stty -g > $C/after
		mv $C/code.new $C/code
		exec sleep 1000
	END
	term new-session -d -x 150 -y 50 "exec bash $C/in-terminal" 3>&-
}

screen() { term capture-pane -p -S - | sed -e 's/ *$//' -e '/^$/d'; }

# see EXPRESSION [SECONDS]: waits until a line of the screen matches, as long as the shell runs.
see() {
	local i
	for ((i = 0; i < ${2:-120} * 5; i++)); do
		if screen | grep -qE -- "$1"; then return 0; fi
		[ ! -e "$C/code" ] || break
		sleep 0.2
	done
	echo "not on the screen: $1"
	screen
	return 1
}

type_line() { term send-keys -l "$1" && term send-keys Enter; }
press() { term send-keys "$1"; }

# ends_with CODE: the shell ends with it, and the terminal is as it was.
ends_with() {
	local i
	for ((i = 0; i < 600; i++)); do
		[ ! -e "$C/code" ] || break
		sleep 0.1
	done
	screen
	[ "$(< "$C/code")" = "$1" ]
	cmp "$C/before" "$C/after"
	# Nothing was measured.
	[ ! -e "$C/cache/runs" ]
}

# What a leaf tells stands behind its number, and there have been exits.
tells_exits() { see "0x4fffffff 0x00: eax=0x0*[1-9a-f][0-9a-f]* .* edx=0x00000000"; }

# Its guardian, which is forked from it, goes by the same words.
shell_pid() { pgrep -of "^$EXITMETER shell --cache $C/cache"; }

# Closes the terminal, and waits until what ran in it has ended.
close_terminal() {
	local i
	term kill-server 2> /dev/null || true
	for ((i = 0; i < 300; i++)); do
		[ -n "$(shell_pid)" ] || return 0
		sleep 0.1
	done
	echo "the shell does not end"
	return 1
}

# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Functions for what comes from archives of packages. Only this machine's apt downloads, never one inside a tree,
# which would have none of this machine's certificates, passwords and lists of mirrors. A builder sources this file
# after lib.sh.
#
# What downloads is never called in a command substitution or a pipe, nor with its output redirected: in such a subshell
# a signal would not end what run has started (lib.sh), and what is said then would go into the file.

# Prints how this machine's apt reaches its archives, as lines of an apt.conf.
machine_options() {
	apt-config dump 2>/dev/null | grep -E '^Acquire::(https?::[^ ]+|ForceIPv[46]|Check-Valid-Until|Check-Date) ' || true
	printf 'Dir::Etc::%s "%s";\n' netrc /etc/apt/auth.conf netrcparts /etc/apt/auth.conf.d
}

# private_apt COMMAND...: apt-get with the lists of $WORK/apt alone, as whatever user this is. What the machine's apt
# is set to, proxies and certificates for example, holds here too. What it prints is in $WORK/apt/out and $WORK/apt/log.
private_apt() {
	mkdir -p "$WORK/apt"
	# shellcheck disable=SC2016 # expanded by the inner shell
	run bash -pc 'exec "$@" >"$0/out" 2>>"$0/log"' "$WORK/apt" apt-get -q -o "Dir::Etc::SourceList=$WORK/apt/sources.list" \
		-o "Dir::Etc::SourceParts=$WORK/apt/none" -o "Dir::State::Lists=$WORK/apt/lists" \
		-o "Dir::Cache=$WORK/apt/cache" -o APT::Sandbox::User=root -o Acquire::Languages=none -o Acquire::Retries=3 "$@"
}

# private_update SOURCES: a line that its archive cannot serve is told by apt, and is no failure: some other line may.
private_update() {
	mkdir -p "$WORK/apt/lists/partial" "$WORK/apt/cache/archives/partial" "$WORK/apt/none"
	printf '%s\n' "$1" >"$WORK/apt/sources.list"
	private_apt update || true
}

DOWNLOADER=(/usr/lib/apt/apt-helper -q -o APT::Sandbox::User=root -o Acquire::Retries=3 download-file)

# fetch URI FILE
fetch() { run "${DOWNLOADER[@]}" "$1" "$2"; }

# mirror_list FILE: prints the mirrors of a list as apt's mirror+file: has it.
mirror_list() { sed -nE 's/^([a-z+]+:[^[:space:]]+).*/\1/p' "$1"; }

# configured_archives: prints the URIs under which this machine's apt finds archives. Its lists may be empty.
configured_archives() {
	local uri
	apt-get update --print-uris 2>/dev/null | sed -nE "s,^'(.+)/dists/[^']*/InRelease' .*,\\1,p" | while read -r uri; do
		case $uri in
		mirror+file:*) mirror_list "${uri#mirror+file:}" ;;
		*) printf '%s\n' "$uri" ;;
		esac
	done | awk '{ sub("/+$", "") } !seen[$0]++'
}

# archives: prints the URIs of those archives that builders are to ask: MIRROR=, else this machine's.
archives() {
	if [ -n "${MIRROR:-}" ]; then
		printf '%s\n' "${MIRROR%/}"
	else
		configured_archives
	fi
}

# has_suite URI SUITE: whether the archive there is Debian's, and has that suite. Others use the names of Debian's
# suites for suites of their own, and call Debian's by others: the file says what it is.
has_suite() {
	local file=$WORK/release
	rm -f -- "$file"
	# shellcheck disable=SC2016 # expanded by the inner shell
	run bash -pc 'exec "$@" >/dev/null 2>&1' - "${DOWNLOADER[@]}" "$1/dists/$2/InRelease" "$file" || return 1
	grep -qx 'Origin: Debian' "$file" && grep -qx "Codename: $2" "$file"
}

# suite_sources SUITE: sets SOURCES to apt's lines for the suite of Debian, its updates and its security fixes, from the
# archives that have them; to nothing where none has the suite itself.
suite_sources() {
	local uri name uris
	SOURCES=
	uris=$(archives)
	for name in "$1" "$1-security" "$1-updates"; do
		while read -r uri; do
			if [ -n "$uri" ] && has_suite "$uri" "$name"; then
				SOURCES+="${SOURCES:+$'\n'}deb $uri $name main"
			fi
		done <<<"$uris"
		[ -n "$SOURCES" ] || return 0
	done
}

# mirror_sources: sets SOURCES to the lines for SUITE, or to nothing: mmdebstrap then takes a mirror of its own choice.
# From MIRROR=, only what it was named for is taken.
mirror_sources() {
	if [ -n "${MIRROR:-}" ]; then
		SOURCES="deb $MIRROR $SUITE main"
		return
	fi
	suite_sources "$SUITE"
	if [ -z "$SOURCES" ]; then
		say "this machine's apt knows no archive with Debian's $SUITE: taking mmdebstrap's own choice (MIRROR= names one)"
	fi
}

# run_bare COMMAND...: runs the command with only the first three file descriptors. mmdebstrap has apt's sh
# write to a pipe by the number of its descriptor, and Debian's sh accepts none above 9: that failed when
# the calling shell or test had some files open.
run_bare() {
	# shellcheck disable=SC2016 # the inner shell's
	run bash -pc 'for fd in /proc/self/fd/*; do
		fd=${fd##*/}
		[ "$fd" -le 2 ] || eval "exec $fd>&-"
	done
	exec "$@"' - "$@"
}

# debootstrap_into TARGET MMDEBSTRAP_OPTION...: TARGET is as mmdebstrap takes it. How apt reaches the archives is for
# the time of the build only, and nobody else may read it, since it may have passwords; images/forget-machine takes
# it out of the tree again. From a file: archive packages are copied, as they would not be found inside the tree.
debootstrap_into() {
	local target=$1 sources=()
	shift
	require_rights namespaces chroot owners devices programs
	mirror_sources
	[ -z "$SOURCES" ] || mapfile -t sources <<<"${SOURCES// file:/ copy:}"
	(umask 077 && machine_options >"$WORK/machine.conf")
	# shellcheck disable=SC2016 # $1 is the hook's
	run_bare mmdebstrap --mode=root --variant=minbase --quiet \
		--aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
		--aptopt='Acquire::Retries "3"' --aptopt="$WORK/machine.conf" \
		--setup-hook='chmod 600 "$1/etc/apt/apt.conf.d/99mmdebstrap"' \
		"$@" --customize-hook="$(cat "$(dirname -- "${BASH_SOURCE[0]}")/forget-machine")" "$SUITE" "$target" "${sources[@]}" ||
		die 1 "mmdebstrap failed for $SUITE (its messages are above); is a mirror within reach? MIRROR= names another"
}

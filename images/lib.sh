# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What all builders have in common: options, rights, lock, staging folder, signals, free space, recipe and
# image.json. What decides the result is in other files, so this one is no part of a recipe. A builder sources
# this file, defines usage(), and then calls these functions in this order:
#
#	parse_args "suite tree" "$@"    takes the named options, and sets SUITE, TREE, FORCE and OUTDIR
#	require_tools mke2fs ...        exits with 77 and names what is missing
#	build_open NEED_MIB RECIPE      exits with 0 if OUTDIR is up to date, else sets STAGE and WORK
#	run COMMAND...                  runs a command that takes time; a signal ends it at once
#	image_json KIND KERNEL          describes the files in STAGE
#	build_close                     renames STAGE to OUTDIR
#
# A builder whose SUITE has another default sets it after it has sourced this file.
#
# A finished OUTDIR appears only by a rename. Staging folders are named after OUTDIR, and belong to the
# process that holds OUTDIR's lock. So whoever gets the lock may remove all staging folders that it
# finds, which cleans up after a build that was killed with -9. The commands that run() starts hold the
# lock too, and die with their parent, so the lock is free only when nobody writes there any more.
# shellcheck disable=SC2034 # TREE is used by the builders that take it

# What the calling shell exports has no say in what is built, nor who may read it. The builders' first line has
# -p, by which Bash takes no functions, no CDPATH and no BASH_ENV from the environment.
unset BASH_ENV CDPATH ENV GREP_OPTIONS POSIXLY_CORRECT TAR_OPTIONS XZ_DEFAULTS XZ_OPT ZSTD_CLEVEL
# A hook of git has these set: its repository is none of ours.
unset GIT_ALTERNATE_OBJECT_DIRECTORIES GIT_COMMON_DIR GIT_DIR GIT_INDEX_FILE GIT_NAMESPACE GIT_OBJECT_DIRECTORY GIT_WORK_TREE
set +o posix
export LC_ALL=C
umask 022

SUITE=bookworm
TREE=
FORCE=
OUTDIR=
STAGE=
WORK=
RECIPE=
RUNNING=
ISOLATES=	# whether commands get namespaces of their own
DESCRIPTION=image.json	# the file in OUTDIR that has the recipe
PROGRAM=${0##*/}

say() { printf '%s: %s\n' "$PROGRAM" "$*" >&2; }

# die CODE MESSAGE...
die() {
	local code=$1
	shift
	say "$*"
	exit "$code"
}

usage_error() { die 2 "$* (see $PROGRAM --help)"; }

# require_expanded NAME VALUE: exits where the value would make a folder whose name is ~.
require_expanded() {
	[[ $2 != "~"* ]] || usage_error "$1 $2 begins with ~, which the shell has not expanded: write it outside of quotes, or \$HOME"
}

# parse_args "OPTION..." "$@": the named options take a value; --force, --help and OUTDIR are always accepted.
parse_args() {
	local known=" $1 " name value
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--help) usage; exit 0 ;;
		--force) FORCE=1; shift; continue ;;
		--*=*) name=${1%%=*} value=${1#*=}; shift ;;
		--*)
			name=$1
			[ $# -ge 2 ] || usage_error "$name needs a value"
			value=$2
			shift 2 ;;
		-*) usage_error "unknown option $1" ;;
		*)
			[ -z "$OUTDIR" ] || usage_error "one OUTDIR only, got $OUTDIR and $1"
			[ -n "$1" ] || usage_error "OUTDIR is empty"
			OUTDIR=$1
			shift
			continue ;;
		esac
		[[ $known == *" ${name#--} "* ]] || usage_error "unknown option $name"
		[ -n "$value" ] || usage_error "$name needs a value"
		require_expanded "$name" "$value"
		case $name in
		--suite) SUITE=$value ;;
		--tree) TREE=$value ;;
		*) die 2 "option $name is declared but not handled in lib.sh" ;;
		esac
	done
	[ -n "$OUTDIR" ] || usage_error "OUTDIR is missing"
	require_expanded OUTDIR "$OUTDIR"
	[[ $SUITE =~ ^[a-z][a-z0-9-]*$ ]] || usage_error "not the name of a suite: $SUITE"
	OUTDIR=$(realpath -m -- "$OUTDIR")
}

require_tools() {
	local tool missing=()
	PATH=$PATH:/usr/sbin:/sbin
	for tool; do
		command -v "$tool" >/dev/null || missing+=("$tool")
	done
	[ ${#missing[@]} -eq 0 ] || die 77 "missing: ${missing[*]}; run ci/install-deps"
}

# recipe_hash WORD...: prints a hash of all that decides the result: the builder, the suite, and the words. A word that names a file stands for the file's content.
recipe_hash() {
	local word here
	here=$(dirname "${BASH_SOURCE[0]}")
	{
		cat -- "$here/$PROGRAM"
		printf '%s\n' "suite=$SUITE"
		for word; do
			if [ -f "$word" ]; then sha256sum <"$word"; else printf '%s\n' "$word"; fi
		done
	} | sha256sum | cut -d' ' -f1
}

# require_space NEED_MIB PATH: exits if the file system at PATH has less space free.
require_space() {
	local need=$1 path=$2 have
	have=$(df --output=avail -B 1M -- "$path" | tail -n 1 | tr -d ' ')
	[ "$have" -ge "$need" ] ||
		die 2 "no space: needs $need MiB, has $have MiB, at $path; free some, or choose another place with CACHE="
}

# Whether OUTDIR was built by RECIPE, and all files that DESCRIPTION lists have the length it says.
is_up_to_date() {
	local json=$OUTDIR/$DESCRIPTION name bytes
	[ -f "$json" ] && grep -q "\"recipe\": \"$RECIPE\"" "$json" || return 1
	# Root may have built it when nobody else was to read what root makes.
	[ -z "$(find "$OUTDIR" -maxdepth 1 -type f ! -perm -004)" ] || return 1
	while read -r name bytes; do
		[ "$(stat -c %s -- "$OUTDIR/$name" 2>/dev/null)" = "$bytes" ] || return 1
	done < <(sed -nE 's/^ *"([^"]+)": \{ "sha256": .*"bytes": ([0-9]+) .*/\1 \2/p' "$json")
}

remove_tree() { rm -rf --one-file-system -- "$@"; }

# Removes what killed builds have left. If one was killed between the two renames of build_close, the old
# OUTDIR is whole, and comes back.
sweep() {
	if [ ! -e "$OUTDIR" ] && [ -d "$OUTDIR.tmp.old" ]; then
		mv -T -- "$OUTDIR.tmp.old" "$OUTDIR"
	fi
	remove_tree "$OUTDIR".tmp.*
}

# build_open NEED_MIB RECIPE: takes the lock, and prepares the folders STAGE and WORK.
build_open() {
	local need=$1 parent
	RECIPE=$2
	parent=$(dirname -- "$OUTDIR")
	mkdir -p -- "$parent" || die 2 "cannot make $parent: choose another place with CACHE="
	[ -w "$parent" ] || die 2 "cannot write to $parent: choose another place with CACHE="
	[ ! -e "$OUTDIR" ] || [ -d "$OUTDIR" ] || die 2 "$OUTDIR is there and is no folder: move it away"

	exec 9>"$OUTDIR.lock"
	if ! flock -n 9; then
		say "waiting for another build of $OUTDIR"
		flock 9
	fi
	sweep
	if [ -z "$FORCE" ] && is_up_to_date; then
		say "cached: $OUTDIR"
		exit 0
	fi
	require_space "$need" "$parent"

	trap build_cleanup EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
	STAGE=$(mktemp -d -- "$OUTDIR.tmp.XXXXXX")
	WORK=$(mktemp -d -- "$OUTDIR.tmp.work.XXXXXX")
	chmod 755 "$STAGE" "$WORK"
	# Files newer than this one were made by this build. Some tools set times in whole seconds.
	touch -d "1 second ago" "$WORK/begun"
	export TMPDIR=$WORK
	BUILD_STARTED=$SECONDS
	say "building $OUTDIR"
}

build_cleanup() {
	local code=$?
	trap '' HUP INT TERM
	if [ -n "$RUNNING" ]; then
		kill -KILL -- "-$RUNNING" 2>/dev/null || true
		wait "$RUNNING" 2>/dev/null || true
	fi
	remove_tree "$STAGE" "$WORK"
	[ "$code" -eq 0 ] || say "failed (exit $code): nothing was left at $OUTDIR.tmp.*"
	exit "$code"
}

# run COMMAND...: runs the command in a process group of its own and waits, so that a signal to this script
# takes effect at once and ends the command too. Root's command also gets namespaces of its own, where
# root may make some, and whatever it mounts or leaves running ends with it.
run() {
	local own_world=() code=0
	: "${ISOLATES:=$([ "$(id -u)" -eq 0 ] && has_right namespaces && echo yes || echo no)}"
	if [ "$ISOLATES" = yes ]; then
		own_world=(unshare --mount --pid --fork --kill-child --mount-proc)
	fi
	setsid setpriv --pdeathsig KILL -- "${own_world[@]}" "$@" </dev/null &
	RUNNING=$!
	wait "$RUNNING" || code=$?
	# A process that the command has left behind is killed too.
	kill -KILL -- "-$RUNNING" 2>/dev/null || true
	RUNNING=
	return "$code"
}

# has_right RIGHT: whether this process has it, found out by using it. Root of a container may lack any of them.
# Those about files are tried in WORK.
has_right() {
	local file=${WORK:-/nonexistent}/right
	case $1 in
	namespaces) unshare --mount --pid --fork --kill-child --mount-proc true ;;
	chroot) chroot / true ;;
	owners) : >"$file" && chown 1:1 "$file" ;;
	devices) mknod "$file-null" c 1 3 && : >"$file-null" ;;
	programs) printf '#!/bin/sh\n' >"$file-program" && chmod 755 "$file-program" && "$file-program" ;;
	esac 2>/dev/null
}

# require_rights RIGHT...: exits with 77, and names the rights that are missing.
require_rights() {
	local right lacking=''
	for right; do
		has_right "$right" || lacking+="; ${RIGHTS[$right]}"
	done
	rm -f -- "${WORK:-/nonexistent}"/right*
	[ -z "$lacking" ] || die 77 "this root may not do all that is needed here: ${lacking#; }"
}
declare -A RIGHTS=(
	[namespaces]="make namespaces and mounts (CAP_SYS_ADMIN): a container has that with --privileged"
	[chroot]="enter a tree (CAP_SYS_CHROOT)"
	[owners]="give files to other users (CAP_CHOWN, in a user namespace that has their IDs)"
	[devices]="make device nodes (CAP_MKNOD) and open them (no nodev) in CACHE"
	[programs]="run programs in CACHE, which is mounted noexec: choose another place with CACHE="
)

# find_root: sets BECOME to the words that have a command run as root: none if this is root, else sudo.
# Fails if there is no sudo.
find_root() {
	BECOME=()
	[ "$(id -u)" -ne 0 ] || return 0
	command -v sudo >/dev/null || return 1
	BECOME=(sudo)
	# Without a terminal, sudo must not wait for a password.
	[ -t 0 ] || BECOME=(sudo -n)
}

# become_root "$@": for builders that enter a tree or keep its owners. If this is not root, it starts the
# builder again through sudo; what the builder makes then belongs to root, and everybody may read it.
become_root() {
	local proxies
	find_root || die 77 "this needs root: run it as root, or install sudo"
	[ ${#BECOME[@]} -gt 0 ] || return 0
	# The folder above is the user's, who puts other things beside it, such as images that are fetched.
	mkdir -p -- "$(dirname -- "$OUTDIR")" 2>/dev/null || true
	# apt heeds these, and sudo drops them.
	mapfile -t proxies < <(env | grep -E '^(https?|no)_proxy=.' || true)
	exec "${BECOME[@]}" env MIRROR="${MIRROR:-}" UBUNTU_MIRROR="${UBUNTU_MIRROR:-}" ${proxies[@]+"${proxies[@]}"} \
		"$(realpath -- "$0")" "$@"
}

# image_json KIND KERNEL: writes each file on a line of its own, so that is_up_to_date needs no JSON parser.
image_json() {
	local kind=$1 kernel=$2 file lines=
	for file in "$STAGE"/*; do
		lines+=$(printf '    "%s": { "sha256": "%s", "bytes": %s },' "${file##*/}" \
			"$(sha256sum <"$file" | cut -d' ' -f1)" "$(stat -c %s -- "$file")")$'\n'
	done
	cat >"$STAGE/image.json" <<-END
	{
	  "kind": "$kind",
	  "name": "$(basename -- "$OUTDIR")",
	  "suite": "$SUITE",
	  "kernel": "$kernel",
	  "recipe": "$RECIPE",
	  "built": "$(date -u +%Y-%m-%dT%H:%M:%SZ)",
	  "files": {
	${lines%,?}
	  }
	}
	END
}

# tree_json KIND SUITE KERNEL VERSION SOURCE: prints the description of a build tree.
tree_json() {
	cat <<-END
	{
	  "kind": "$1",
	  "suite": "$2",
	  "kernel": "$3",
	  "version": "$4",
	  "source": "$5",
	  "recipe": "$RECIPE",
	  "built": "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
	}
	END
}

build_close() {
	local old=
	sync -f "$STAGE"
	# No signal may come between the two renames, where there is neither the old nor the new OUTDIR.
	trap '' HUP INT TERM
	if [ -e "$OUTDIR" ]; then
		old=$OUTDIR.tmp.old
		mv -T -- "$OUTDIR" "$old"
	fi
	mv -T -- "$STAGE" "$OUTDIR"
	STAGE=
	# It is renamed before it is removed, so that sweep never takes half of it for the old OUTDIR.
	if [ -n "$old" ]; then
		mv -T -- "$old" "$OUTDIR.tmp.gone"
		remove_tree "$OUTDIR.tmp.gone"
	fi
	say "done: $OUTDIR ($((SECONDS - BUILD_STARTED)) s, $(du -sm -- "$OUTDIR" | cut -f1) MiB)"
}

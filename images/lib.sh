# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# What all builders have in common: options, lock, staging folder, signals, free space, recipe and
# image.json. A builder sources this file, defines usage(), and then calls these functions in this order:
#
#	parse_args "suite tree" "$@"    takes the named options, and sets SUITE, TREE, FORCE and OUTDIR
#	require_tools mke2fs ...        exits with 77 and names what is missing
#	build_open NEED_MIB RECIPE      exits with 0 if OUTDIR is up to date, else sets STAGE and WORK
#	run COMMAND...                  runs a command that takes time; a signal ends it at once
#	image_json KIND KERNEL          describes the files in STAGE
#	build_close                     renames STAGE to OUTDIR
#
# A builder whose SUITE has another default sets it before it sources this file.
#
# A finished OUTDIR appears only by a rename. Staging folders are named after OUTDIR, and belong to the
# process that holds OUTDIR's lock. So whoever gets the lock may remove all staging folders that it
# finds, which cleans up after a build that was killed with -9. The commands that run() starts hold the
# lock too, and die with their parent, so the lock is free only when nobody writes there any more.
# shellcheck disable=SC2034 # TREE is used by the builders that take it

: "${SUITE:=bookworm}"
TREE=
FORCE=
OUTDIR=
STAGE=
WORK=
RECIPE=
RUNNING=
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
		case $name in
		--suite) SUITE=$value ;;
		--tree) TREE=$value ;;
		*) die 2 "option $name is declared but not handled in lib.sh" ;;
		esac
	done
	[ -n "$OUTDIR" ] || usage_error "OUTDIR is missing"
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

# recipe_hash WORD...: prints a hash of all that decides the result: the builder, this file, the suite, and
# the words. A word that names a file stands for the file's content.
recipe_hash() {
	local word here
	here=$(dirname "${BASH_SOURCE[0]}")
	{
		cat -- "$here/lib.sh" "$here/$PROGRAM"
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
# takes effect at once and ends the command too. As root, the command also gets namespaces of its own,
# and whatever it mounts or leaves running ends with it.
run() {
	local own_world=() code=0
	if [ "$(id -u)" -eq 0 ]; then
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
	find_root || die 77 "this needs root: run it as root, or install sudo"
	[ ${#BECOME[@]} -gt 0 ] || return 0
	exec "${BECOME[@]}" env MIRROR="${MIRROR:-}" UBUNTU_MIRROR="${UBUNTU_MIRROR:-}" "$(realpath -- "$0")" "$@"
}

# mirror_sources: prints lines for mmdebstrap's MIRROR arguments: from MIRROR= if it is set, else the mirrors
# that this machine's apt uses for the suite, else none, so that mmdebstrap takes its own default.
mirror_sources() {
	if [ -n "${MIRROR:-}" ]; then
		printf 'deb %s %s main\n' "$MIRROR" "$SUITE"
		return
	fi
	# shellcheck disable=SC2016 # apt's own variables
	apt-get indextargets --format '$(CREATED_BY) $(SITE) $(RELEASE) $(COMPONENT)' 2>/dev/null |
		awk -v suite="$SUITE" '$1 == "Packages" && $4 == "main" &&
			($3 == suite || $3 == suite "-updates" || $3 == suite "-security") {
			print "deb", $2, $3, $4 }' | sort -u
}

# mirror_options: prints how this machine's apt reaches its mirrors; the image's apt does the same.
mirror_options() {
	apt-config dump 2>/dev/null |
		grep -E '^Acquire::(https?::Proxy[^ ]*|Check-Valid-Until|Check-Date) ' || true
}

# run_bare COMMAND...: runs the command with only the first three file descriptors. mmdebstrap has apt's sh
# write to a pipe by the number of its descriptor, and Debian's sh accepts none above 9: that failed when
# the calling shell or test had some files open.
run_bare() {
	# shellcheck disable=SC2016 # the inner shell's
	run bash -c 'for fd in /proc/self/fd/*; do
		fd=${fd##*/}
		[ "$fd" -le 2 ] || eval "exec $fd>&-"
	done
	exec "$@"' - "$@"
}

# debootstrap_into TARGET MMDEBSTRAP_OPTION...: TARGET is as mmdebstrap takes it; "-" makes none.
debootstrap_into() {
	local target=$1 option options=() sources
	shift
	mapfile -t sources < <(mirror_sources)
	while read -r option; do
		options+=(--aptopt="${option%;}")
	done < <(mirror_options)
	run_bare mmdebstrap --mode=root --variant=minbase --quiet \
		--aptopt='APT::Install-Recommends "false"' --aptopt='Acquire::Languages "none"' \
		--aptopt='Acquire::Retries "3"' "${options[@]}" \
		"$@" "$SUITE" "$target" "${sources[@]}" ||
		die 1 "mmdebstrap failed for $SUITE (its messages are above); is a mirror within reach? MIRROR= names another"
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

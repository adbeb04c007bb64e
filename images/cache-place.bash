# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Where images, builds and runs are kept, for scripts that may be called without make. Make and the program choose the
# same folder (Makefile, harness/run/config_resolve.c).

# set_cache: sets CACHE, unless it is set. Without HOME it is in the home of this user, as it is for a shell's ~. Exits
# where there is no place, or where a folder named ~ would be made.
set_cache() {
	local home=${HOME:-}
	if [ -z "${CACHE:-}" ]; then
		[ -n "$home" ] || home=$(getent passwd "$(id -u)" | cut -d: -f6) || true
		CACHE=${XDG_CACHE_HOME:-${home:+$home/.cache}}
		CACHE=${CACHE:+$CACHE/exitmeter}
	fi
	case $CACHE in
	"") echo "${0##*/}: no cache folder: set HOME, XDG_CACHE_HOME or CACHE" >&2; exit 2 ;;
	"~"*)
		echo "${0##*/}: CACHE=$CACHE begins with ~, which the shell has not expanded: write it outside of quotes, or \$HOME" >&2
		exit 2 ;;
	esac
}
set_cache

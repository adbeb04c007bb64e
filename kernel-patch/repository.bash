# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash
#
# Git for repositories that a script makes itself. The user's settings have no say in them: a hook, a key to sign with, a
# list of files to ignore or a prefix that diffs leave out would make another repository, or none.

# own_git FOLDER ARGUMENT...: git in a repository of our own. In front of the first one comes init.
own_git() {
	local folder=$1
	shift
	env -u GIT_CONFIG_COUNT -u GIT_CONFIG_PARAMETERS -u GIT_TEMPLATE_DIR -u GIT_EXTERNAL_DIFF -u GIT_DIFF_OPTS \
		GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 GIT_ATTR_NOSYSTEM=1 XDG_CONFIG_HOME=/nonexistent \
		git -C "$folder" -c core.hooksPath=/dev/null -c init.defaultBranch=main "$@"
}

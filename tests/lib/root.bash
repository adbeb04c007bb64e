# SPDX-License-Identifier: GPL-2.0-only
# shellcheck shell=bash

# need_root WHY: skips the test where this user is not root. A builder would then start itself through sudo.
need_root() { [ "$(id -u)" -eq 0 ] || skip "not root: $1"; }

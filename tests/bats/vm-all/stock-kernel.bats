#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Debian's kernel for machines, not for clouds: what HOST=native builds of its packages loads into it, and
# counts. (Ubuntu's: tests/bats/native.bats, with fakes.)

load ../vm/vm

setup() { vm_setup; }
teardown() { vm_teardown; }

setup_file() {
	"$BATS_TEST_DIRNAME/../../kernel/stock-kernel" "$CACHE/stock-kernel"
}

# init_passes INIT CHECKS
init_passes() {
	[[ $(sed -n 's/.*"kernel": "\(.*\)",/\1/p' "$CACHE/stock-kernel/tree.json") != *cloud* ]]
	init_passes_on "$1" "$2" "$CACHE/stock-kernel" "$CACHE/stock-kernel/modules"
}

@test "Debian's stock kernel takes the modules of native's build, which answer every leaf and reason" { init_passes abi 54; }
@test "Debian's stock kernel bears vCPUs, VMs and readers that come and go" { init_passes stress 20; }

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Debian's and Ubuntu's kernels for machines: what HOST=native builds of their packages loads into them, and
# counts.

load ../vm/vm

setup() { vm_setup; }
teardown() { vm_teardown; }

# init_passes SUITE INIT CHECKS
init_passes() {
	local tree=$CACHE/stock-kernel-$1
	"$TOP/tests/kernel/stock-kernel" --suite "$1" "$tree"
	[[ $(sed -n 's/.*"kernel": "\(.*\)",/\1/p' "$tree/tree.json") != *cloud* ]]
	init_passes_on "$2" "$3" "$tree" "$tree/modules"
}

@test "Debian's stock kernel takes the modules of native's build, which answer every leaf and reason" { init_passes bookworm abi 54; }
@test "Debian's stock kernel bears vCPUs, VMs and readers that come and go" { init_passes bookworm stress 20; }
@test "Ubuntu 24.04's takes them too, and they answer every leaf and reason" { init_passes noble abi 54; }
@test "Ubuntu 24.04's bears vCPUs, VMs and readers that come and go" { init_passes noble stress 20; }

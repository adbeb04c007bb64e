#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
#
# Debian's and Ubuntu's kernels for machines. What HOST=native builds from their packages loads into them, counts, and
# gives way to the stock modules again.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

# make_stock SUITE: builds what that suite needs; sets tree, and release to that of its kernel.
make_stock() {
	tree=$CACHE/stock-kernel-$1
	"$TOP/tests/kernel/builders/stock-kernel" --suite "$1" "$tree"
	release=$(sed -n 's/.*"kernel": "\(.*\)",/\1/p' "$tree/tree.json")
	[[ $release != *cloud* ]]
}

# init_passes SUITE INIT CHECKS: that init passes on the suite's kernel.
init_passes() {
	make_stock "$1"
	init_passes_on "$2" "$3" "$tree" "$tree/modules"
}

# measures SUITE: all of HOST=native works on a host that runs that kernel.
measures() {
	make_stock "$1"
	"$TOP/images/build-host" --tree "$tree" "$CACHE/images/host-stock-$1"
	run_vm --host emulated-svm --guest micro --host-image "$CACHE/images/host-stock-$1" --module-dir "$tree/modules"
	[ "$status" -eq 0 ]
	[ "$(jq -r .kernel.host "$OUT/summary.json")" = "$release" ]
	[ "$(verdict oracle-trace)" = pass ]
	[ "$(verdict oracle-stat)" = pass ]
}

@test "Debian's stock kernel takes the modules of native's build, which answer every leaf and reason" { init_passes bookworm abi 54; }
@test "Debian's stock kernel bears vCPUs, VMs and readers that come and go" { init_passes bookworm stress 20; }
@test "Debian's stock kernel hands its KVM over, is measured, and has it back" { measures bookworm; }
@test "Ubuntu 22.04's takes them too, and they answer every leaf and reason" { init_passes jammy abi 54; }
@test "Ubuntu 22.04's bears vCPUs, VMs and readers that come and go" { init_passes jammy stress 20; }
@test "Ubuntu 22.04's hands its KVM over, is measured, and has it back" { measures jammy; }
@test "Ubuntu 24.04's takes them too, and they answer every leaf and reason" { init_passes noble abi 54; }
@test "Ubuntu 24.04's bears vCPUs, VMs and readers that come and go" { init_passes noble stress 20; }
@test "Ubuntu 24.04's hands its KVM over, is measured, and has it back" { measures noble; }
@test "Ubuntu 26.04's takes them too, and they answer every leaf and reason" { init_passes resolute abi 54; }
@test "Ubuntu 26.04's bears vCPUs, VMs and readers that come and go" { init_passes resolute stress 20; }
@test "Ubuntu 26.04's hands its KVM over, is measured, and has it back" { measures resolute; }

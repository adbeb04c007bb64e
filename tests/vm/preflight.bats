#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# What the hosts say of a machine before a run begins, in each state that its KVM can be in.

load ../lib/vm.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "each state of KVM is told before anything is made, and HOST=native passes" {
	run_in_host preflight
}

#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The scenario reboot with the micro guest. The cloud guest and emulated VMX are in tests/vm-long/reboot.bats.

load ../lib/vm.bash
load ../lib/reboot.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "the micro guest reboots on SVM, and its counters carry on" {
	reboots_and_passes emulated-svm micro
}

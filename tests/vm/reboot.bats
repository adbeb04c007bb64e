#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The scenario reboot, as a micro guest does it.  The cloud guest and emulated VMX: ../vm-long.

load ../lib/vm.bash
load ../lib/reboot.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "the micro guest reboots on SVM, and its counters carry on" {
	reboots_and_passes emulated-svm micro
}

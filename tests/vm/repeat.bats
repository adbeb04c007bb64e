#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# An emulated host repeats itself. Emulated VMX and the cloud guest are in tests/vm-long/repeat.bats.

load ../lib/vm.bash
load ../lib/repeat.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "two deterministic runs on SVM count the same, to the last exit" { repeats emulated-svm micro; }

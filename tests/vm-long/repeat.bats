#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The emulated hosts repeat themselves, in those cases that take minutes.

load ../lib/vm.bash
load ../lib/repeat.bash

setup() { vm_setup; }
teardown() { vm_teardown; }

@test "two deterministic runs on VMX count the same, to the last exit" { repeats emulated-vmx micro; }
@test "two deterministic cloud guests on SVM count the same" { repeats emulated-svm cloud; }
@test "two deterministic cloud guests on VMX count the same" { repeats emulated-vmx cloud; }

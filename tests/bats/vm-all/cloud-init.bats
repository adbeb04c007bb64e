#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-only
# The seed's templates, with each cloud-init that Debian carries.

TOP=$(cd "$BATS_TEST_DIRNAME/../../.." && pwd)

@test "every cloud-init from 20.4 on takes the cloud-config for valid" {
	run "$TOP/tests/cloud-init/schema"
	echo "$output"
	[ "$status" -eq 0 ]
	[ "$(grep -c ' ok$' <<<"$output")" -eq 4 ]
}

// SPDX-License-Identifier: GPL-2.0-only
/* Why the counters of running VMs cannot be read, in words that name the remedy. */
#include "support/helpers.h"

#include <errno.h>
#include <string.h>

#include "command/stat_vms.h"

static void check(int number, bool is_root, const char *words)
{
	_cleanup_error_ struct error err = { 0 };

	assert_int_equal(stat_refuse(number, "/d/kvm", is_root, &err), -1);
	assert_int_equal(err.status, STATUS_SKIP);
	if (!strstr(err.message, words))
		fail_msg("wanted \"%s\" in: %s", words, err.message);
}

static void each_cause_has_its_words(void **state)
{
	(void)state;
	check(EACCES, false, "only root may read /d/kvm: run it with sudo");
	check(EACCES, true, "cannot read /d/kvm: Permission denied");
	check(EPERM, true, "lockdown");
	check(EIO, true, "cannot read /d/kvm: Input/output error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_cause_has_its_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

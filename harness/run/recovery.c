// SPDX-License-Identifier: GPL-2.0-only
#include "run/recovery.h"

#include <stdlib.h>

#include "base/memory.h"

int recovery_guardian(const char *cache, struct guardian *ret, struct error *err)
{
	const char *const argv[] = { "/proc/self/exe", "clean", "--cache", cache, NULL };

	*ret = (struct guardian){ 0 };
	return getenv("EXITMETER_NO_GUARDIAN") ? 0 : guardian_start(argv, ret, err);
}

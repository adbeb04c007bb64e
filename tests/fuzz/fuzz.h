/* SPDX-License-Identifier: GPL-2.0-only */
/* What the fuzz targets share.  Each is a file of its own, and may be included into a unit test. */
#ifndef EXITMETER_TESTS_FUZZ_H
#define EXITMETER_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What holds whatever the input; libFuzzer takes the abort for a finding. */
#define ALWAYS(condition)							\
	do {									\
		if (!(condition)) {						\
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__,	\
				__LINE__, #condition);				\
			abort();						\
		}								\
	} while (0)

static inline bool fuzz_is_printable(const char *text)
{
	for (; *text; text++)
		if (*text < 0x20 || *text > 0x7e)
			return false;
	return true;
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_TESTS_DOMAINTEST_H
#define EXITMETER_TESTS_DOMAINTEST_H

#include "support/helpers.h"

#include <string.h>

/* A domain's XML is its declaration, then what stands in the golden file below the licence. */
static inline void assert_same_domain(const char *got, const char *golden)
{
	static const char declaration[] = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";
	const char *domain = strstr(golden, "<domain ");

	assert_non_null(domain);
	assert_memory_equal(got, declaration, strlen(declaration));
	assert_string_equal(got + strlen(declaration), domain);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* cmocka wants these headers before its own, in every program. */
#ifndef EXITMETER_TESTS_HELPERS_H
#define EXITMETER_TESTS_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

/*
 * Leaves the test; tests/run shows why.  It is a longjmp: before anything is
 * allocated, or the leak is the failure.
 */
#define skip_because(...) \
	do { \
		print_message("# skip: " __VA_ARGS__); \
		print_message("\n"); \
		skip(); \
	} while (0)

#endif

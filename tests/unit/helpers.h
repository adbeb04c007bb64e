/* SPDX-License-Identifier: GPL-2.0-only */
/* cmocka wants these headers before its own, in every program. */
#ifndef EXITMETER_TESTS_HELPERS_H
#define EXITMETER_TESTS_HELPERS_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Text that is put together for people. */
#ifndef EXITMETER_TEXT_H
#define EXITMETER_TEXT_H

#include <stdint.h>

/* Writes 1,234,567 into buf, which holds any 64-bit figure, and returns buf. */
const char *group_digits(uint64_t value, char buf[32]);

#endif

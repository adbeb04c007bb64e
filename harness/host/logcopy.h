/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_LOGCOPY_H
#define EXITMETER_LOGCOPY_H

#include <stddef.h>

#include "base/error.h"

/*
 * Copies a log to the file `to`.  Of a log longer than `most` bytes it copies the first and the
 * last most / 2 bytes, with a line between them that says how much was left out.  Where `from` does
 * not exist it copies nothing, which is no error.
 */
int logcopy(const char *from, const char *to, size_t most, struct error *err);

#endif

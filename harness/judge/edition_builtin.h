/* SPDX-License-Identifier: GPL-2.0-only */
/* The editions that are built in. */
#ifndef EXITMETER_EDITION_BUILTIN_H
#define EXITMETER_EDITION_BUILTIN_H

#include "judge/edition.h"

extern const unsigned int edition_count;

/* The name of the index-th, by name; index must be below edition_count. */
const char *edition_name(unsigned int index);
/* The edition of that name, which the caller frees; NULL: none that is built in has it. */
struct edition *edition_builtin(const char *name);
/* Our own full specification in a layout; the caller frees. */
struct edition *edition_of_layout(enum em_layout layout);

#endif

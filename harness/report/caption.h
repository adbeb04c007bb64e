/* SPDX-License-Identifier: GPL-2.0-only */
/* Prints what a count of exits depends on.  Without it such a figure means nothing. */
#ifndef EXITMETER_CAPTION_H
#define EXITMETER_CAPTION_H

#include <stdio.h>

#include "judge/case_file.h"

void caption_print(FILE *out, const struct case_file *cf);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* What became of the user's program that ran in the guest. */
#ifndef EXITMETER_TABLE_WORKLOAD_H
#define EXITMETER_TABLE_WORKLOAD_H

#include <stdio.h>

#include "judge/case_file.h"

/* Prints nothing if there was none. */
void table_print_workload(FILE *out, const struct case_file *cf);

#endif

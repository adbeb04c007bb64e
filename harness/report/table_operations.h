/* SPDX-License-Identifier: GPL-2.0-only */
/* What operations cost, for people: a row for each, and operation by reason. */
#ifndef EXITMETER_TABLE_OPERATIONS_H
#define EXITMETER_TABLE_OPERATIONS_H

#include <stdio.h>

#include "judge/case_file.h"

/* Prints nothing if the run has carried out none. */
void table_print_operations(FILE *out, const struct case_file *cf);

#endif

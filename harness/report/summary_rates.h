/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_SUMMARY_RATES_H
#define EXITMETER_SUMMARY_RATES_H

#include <jansson.h>

#include "judge/case_file.h"

/* Adds `timeline`: the phases, and how stable the rate was; nothing of a run without samples. */
void summary_add_rates(const struct case_file *cf, json_t *summary);

#endif

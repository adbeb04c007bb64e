/* SPDX-License-Identifier: GPL-2.0-only */
/* Chooses the edition that fits what the leaves turn out to tell. */
#ifndef EXITMETER_EDITION_CHOOSE_H
#define EXITMETER_EDITION_CHOOSE_H

#include "judge/edition.h"
#include "probe/speaks.h"

/*
 * Returns the edition that fits best, which the caller frees, as it does *ret_why: in a sentence,
 * what the leaves tell and how sure the choice is.  told: the figures (enum figure_bit) that each of
 * the four leaves tells, the lowest leaf first.  layout: by which the guest has read the leaves; no
 * edition of another one can be judged.  Where none fits, the edition is none (edition_is_none()).
 */
struct edition *edition_choose(const unsigned int told[EM_NR_LEAVES], enum em_layout layout, char **ret_why);
/* Says what each leaf tells, as "0x4FFFFFFF tells total exits and total cycles, ..."; the caller frees. */
char *edition_tell_leaves(const unsigned int told[EM_NR_LEAVES]);

#endif

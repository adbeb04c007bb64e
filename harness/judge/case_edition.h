/* SPDX-License-Identifier: GPL-2.0-only */
/* The edition by which a case is judged: what its evidence asks for, or what fits. */
#ifndef EXITMETER_CASE_EDITION_H
#define EXITMETER_CASE_EDITION_H

#include "base/error.h"
#include "judge/case_file.h"

/*
 * Reads the edition that the run folder keeps, if its evidence says that it does.  STATUS_USAGE: it
 * is missing or malformed, or the run asks for one that this program does not have.
 */
int case_edition_load(const char *dir, struct case_file *cf, struct error *err);
/* See case_file_judge_by(), which derives anew what follows. */
int case_edition_change(struct case_file *cf, const char *name, const struct edition *own, struct error *err);
/* Whether nobody has named the edition: it is the one that fits what the leaves tell, or none does. */
bool case_edition_was_found(const struct case_file *cf);
/* Sets the edition and why it is this one, once the leaves' meaning is known. */
void case_edition_take(struct case_file *cf);

#endif

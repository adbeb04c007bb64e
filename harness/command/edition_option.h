/* SPDX-License-Identifier: GPL-2.0-only */
/* --edition: what it asks for, and what of it a run folder holds. */
#ifndef EXITMETER_EDITION_OPTION_H
#define EXITMETER_EDITION_OPTION_H

#include "base/error.h"
#include "evidence/evidence.h"
#include "judge/edition.h"
#include "run/config.h"

/*
 * Settles what --edition and --layout leave to each other, in a resolved config: an edition has a
 * layout, and what a stranger's modules speak is found out unless somebody says it.  STATUS_USAGE:
 * there is no such edition, its file is malformed, or the layout is not its own.
 */
int edition_option_settle(struct config *c, struct error *err);
/*
 * Reads what --edition names.  *ret_name is its name, *ret_own one of the user's own, else NULL; the
 * caller frees both.
 */
int edition_option_read(const char *edition, char **ret_name, struct edition **ret_own, struct error *err);
/*
 * Notes the edition in the evidence.  *ret_text: the text of one of the user's own, which the run
 * folder is to hold as edition.txt; the caller frees.
 */
int edition_option_note(const struct config *c, struct evidence *e, char **ret_text, struct error *err);

#endif

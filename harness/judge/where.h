/* SPDX-License-Identifier: GPL-2.0-only */
/* Where in a submission's own files that is which a clause looks at. */
#ifndef EXITMETER_WHERE_H
#define EXITMETER_WHERE_H

#include "judge/case_file.h"
#include "judge/clause.h"

/*
 * Names file and line of the leaves that the clause looks at and of what counts, as far as
 * submission.txt has them; NULL: it has none.  The caller frees.  The text is a stranger's, printable.
 */
char *where_tell(const struct case_file *cf, const struct clause *clause);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_VERDICT_READ_H
#define EXITMETER_VERDICT_READ_H

#include "base/error.h"

/*
 * What verdicts.json of a run folder says: "pass", "fail" or "lost", which the caller frees; "lost" where it cannot
 * be read.  *ret_status (may be NULL): the exit code of that run.
 */
char *verdict_read(const char *dir, enum exit_status *ret_status);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SHA256SUMS of a run folder: what the run left, so that a copy that rotted, was
 * cut short or edited is not judged as if it were the run.  `sha256sum -c` reads
 * it too.  It guards against accidents: who edits a file can write the sums anew.
 */
#ifndef EXITMETER_SEAL_H
#define EXITMETER_SEAL_H

#include "base/error.h"

/*
 * Removes the seal and what judging writes.  A folder that an L1 has filled must bring neither, for L0
 * judges what it holds itself.
 */
void seal_drop_verdicts(const char *dir);
/* Over every regular file of `dir` but what judging writes. */
int seal_write(const char *dir, struct error *err);
/*
 * A folder without a seal is as good as one that is right, since runs of old
 * have none.  inputs, a NULL at its end: what has to be in the seal if it is there.
 * STATUS_LOST: the folder is not as the run left it.
 */
int seal_check(const char *dir, const char *const *inputs, struct error *err);

#endif

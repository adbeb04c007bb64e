/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * SHA256SUMS of a run folder: the checksums of what the run left, so that a copy that rotted, was
 * cut short or was edited is not judged as if it were the run.  `sha256sum -c` reads it too.  It
 * guards against accidents only: whoever edits a file can write the sums anew.
 */
#ifndef EXITMETER_SEAL_H
#define EXITMETER_SEAL_H

#include <stdbool.h>

#include "base/error.h"

/* Whether a file of that name is the seal, or is written by judging. */
bool seal_is_output(const char *name);
/*
 * Removes the seal and what judging writes.  A folder that an L1 has filled must bring neither, for
 * L0 judges what it holds itself.
 */
void seal_drop_verdicts(const char *dir);
/* Writes the checksums of every regular file of `dir` but those that judging writes. */
int seal_write(const char *dir, struct error *err);
/*
 * Whether there is a seal, and each file that it names: what a copy that was cut short lacks.  It reads none of them, so
 * that it costs as good as nothing.
 */
bool seal_is_complete(const char *dir);
/*
 * Checks the files against their checksums.  A folder without a seal is taken, since old runs have
 * none. inputs: names (at most 32, then NULL) of files that must be in the seal if they are in the
 * folder. STATUS_LOST: the folder is not as the run left it.
 */
int seal_check(const char *dir, const char *const *inputs, struct error *err);

#endif

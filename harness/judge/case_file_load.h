/* SPDX-License-Identifier: GPL-2.0-only */
/* Fills a case file in: from a run folder, whose files only this reads, and what follows from them. */
#ifndef EXITMETER_CASE_FILE_LOAD_H
#define EXITMETER_CASE_FILE_LOAD_H

#include "base/error.h"
#include "judge/case_file.h"

/* The files that case_file_load() reads; NULL at the end. */
extern const char *const case_file_inputs[];

/* Reads a run folder.  ret is empty after a failure.  STATUS_USAGE: dir is no run folder. */
int case_file_load(const char *dir, struct case_file *ret, struct error *err);
/*
 * Has a run judged by another edition than it asked for: one that is built in, auto, or one of the
 * user's own, which is copied (else own is NULL).  STATUS_USAGE: the guest has read the leaves by
 * another layout than the edition's.
 */
int case_file_judge_by(struct case_file *cf, const char *name, const struct edition *own, struct error *err);
/* Works out what follows from the files; case_file_load() has done so. */
void case_file_derive(struct case_file *cf);

#endif

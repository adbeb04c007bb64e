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
/* Works out what follows from the files; case_file_load() has done so. */
void case_file_derive(struct case_file *cf);

#endif

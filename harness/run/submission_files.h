/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What kernel-patch/build-submission leaves beside modules that were handed in as source, or in their
 * place: it goes with the run.
 */
#ifndef EXITMETER_SUBMISSION_FILES_H
#define EXITMETER_SUBMISSION_FILES_H

#include <stdbool.h>

#include "run/config.h"

/* Whether the run's modules were handed in as source that could not be built. */
bool submission_is_unbuilt(const struct config *c);
/*
 * Puts them into the run folder.  An L1 that ran a stranger's modules may have written files of these
 * names: they are removed.  A file that is too large is left out.
 */
int submission_files_keep(const struct config *c, const char *run_dir, struct error *err);

#endif

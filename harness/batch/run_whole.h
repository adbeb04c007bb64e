/* SPDX-License-Identifier: GPL-2.0-only */
/* Whether a run folder is all that its run has left, which a copy that was cut short is not. */
#ifndef EXITMETER_RUN_WHOLE_H
#define EXITMETER_RUN_WHOLE_H

#include <stdbool.h>

/*
 * Whether a folder is that run, judged, and has its seal and each file that this names.  Whether the files are as the
 * run left them is found out by whoever judges (seal.h).
 */
bool run_is_whole(const char *dir, const char *id);
/* Whether a folder is a whole run of another id, which is not to be lost. */
bool run_is_anothers(const char *dir, const char *id);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kills the processes that a dead run left.  By now another process may have the number that is in a
 * pid file, so a process is killed only if its command line names the run's folder.
 */
#ifndef EXITMETER_SCRATCH_REAP_H
#define EXITMETER_SCRATCH_REAP_H

/* Kills the QEMUs that libvirt started with its folder `root`. */
void reap_domains(const char *root);
/* Kills the emulators that were the run's children.  Each has a pid file in the scratch folder `dir`. */
void reap_children(const char *dir);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Kills what a dead run left running.  A number in a pid file may be another
 * process's by now: only one whose command line names the folder is killed.
 */
#ifndef EXITMETER_SCRATCH_REAP_H
#define EXITMETER_SCRATCH_REAP_H

/* The QEMUs that libvirt started with its folder `root`. */
void reap_domains(const char *root);
/* Emulators that were children of the run: one pid file each in its scratch folder. */
void reap_children(const char *dir);

#endif

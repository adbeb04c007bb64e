/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What somebody has handed in, looked at from outside: whether it is modules or a source to build, or
 * neither, and why.  It is a stranger's: no link in it is followed, and nothing of it is executed.
 */
#ifndef EXITMETER_SOURCE_H
#define EXITMETER_SOURCE_H

#include "base/error.h"

enum source_form {
	SOURCE_NONE,
	SOURCE_MODULES,		/* a folder with kvm.ko */
	SOURCE_TO_BUILD,	/* anything that kernel-patch/build-submission may understand */
};

/*
 * Looks at an absolute path, PATH#NAME or a URL.  ret_path: the folder or file itself, which the caller
 * frees; where a folder holds nothing but another folder, as course systems export it, it is that one.
 * SOURCE_NONE: the error tells what it is in place of a submission.
 */
enum source_form source_look(const char *source, char **ret_path, struct error *err);

/*
 * Copies kvm.ko and the vendors' modules out of a stranger's folder into `to`, which is made anew, and
 * nothing else.  STATUS_USAGE: one of them is a link, no file or too large, or there is no vendor's module.
 */
int source_take_modules(const char *from, const char *to, struct error *err);
/*
 * Prints to a text, which the caller frees, a line with name and SHA-256 of each file of a folder of
 * modules that decides over a run: the modules, and what a builder has left beside them.
 */
char *source_list_modules(const char *dir, struct error *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a guest is started with is for x86, or is refused by its name: another
 * machine's kernel would only be silent, and another's program a panic.
 */
#ifndef EXITMETER_X86_FILE_H
#define EXITMETER_X86_FILE_H

#include "base/error.h"

/* A Linux kernel that an x86 machine can be given directly. */
int x86_file_check_kernel(const char *path, struct error *err);
/* A program that may be a guest's init: ELF for x86, or a script. */
int x86_file_check_program(const char *path, struct error *err);

#endif

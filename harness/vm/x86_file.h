/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Refuses a kernel or a program that is not for x86, before a guest is started with it: such a kernel
 * would only stay silent, and such a program would make the kernel panic.
 */
#ifndef EXITMETER_X86_FILE_H
#define EXITMETER_X86_FILE_H

#include "base/error.h"

/* STATUS_USAGE: it is no Linux kernel that QEMU can load into an x86 machine. */
int x86_file_check_kernel(const char *path, struct error *err);
/* STATUS_USAGE: it cannot be a guest's init, as it is neither ELF for x86 nor a script. */
int x86_file_check_program(const char *path, struct error *err);

#endif

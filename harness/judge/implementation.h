/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a KVM implements the leaves at all.  An unpatched one answers them as
 * out of range: zeros on an AMD-like CPU model, the data of the highest basic
 * leaf on an Intel-like one.  Neither is a count.  Where the host has compared other
 * leaves with stock KVM, one that is answered in their place is named.
 */
#ifndef EXITMETER_IMPLEMENTATION_H
#define EXITMETER_IMPLEMENTATION_H

#include "judge/case_file.h"

/* The worst that a complete point shows; the caller frees *ret_why (NULL if whole). */
enum implementation implementation_tell(const struct case_file *cf, char **ret_why);

#endif

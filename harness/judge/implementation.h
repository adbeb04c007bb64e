/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Whether a KVM implements the leaves at all.  An unpatched KVM answers them as leaves out of
 * range: with zeros on an AMD-like CPU model, with the data of the highest basic leaf on an
 * Intel-like one.  Neither is a count.  If the host has compared other leaves with stock KVM, a
 * leaf that is answered in place of ours is named.
 */
#ifndef EXITMETER_IMPLEMENTATION_H
#define EXITMETER_IMPLEMENTATION_H

#include "judge/case_file.h"

/*
 * Returns the worst that a complete point shows.  The caller frees *ret_why (NULL if it is whole).
 */
enum implementation implementation_tell(const struct case_file *cf, char **ret_why);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* The lists of checksums that a distribution publishes beside its images. */
#ifndef EXITMETER_CHECKSUM_LIST_H
#define EXITMETER_CHECKSUM_LIST_H

#include "base/digest.h"

/*
 * Finds the checksum of a file in the text of a list (base/checksum_line.h); the number of its digits
 * tells its kind.  STATUS_USAGE: the list does not name the file, gives it two different checksums,
 * or one that is neither a SHA-256 nor a SHA-512.
 */
int checksum_list_find(const char *text, const char *file, struct digest *ret, struct error *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Lists of checksums as sha256sum and sha512sum write them. */
#ifndef EXITMETER_CHECKSUM_LIST_H
#define EXITMETER_CHECKSUM_LIST_H

#include "base/digest.h"

/*
 * What the list says of the file; the kind follows from the digits' number.
 * A file that it does not name, names twice differently, or with no valid
 * checksum, is STATUS_USAGE.
 */
int checksum_list_find(const char *text, const char *file, struct digest *ret, struct error *err);

#endif

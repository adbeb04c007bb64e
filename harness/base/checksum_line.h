/* SPDX-License-Identifier: GPL-2.0-only */
/* Lines of the lists that sha256sum and sha512sum write: "HEX  NAME", or "HEX *NAME". */
#ifndef EXITMETER_CHECKSUM_LINE_H
#define EXITMETER_CHECKSUM_LINE_H

#include <stddef.h>

#include "base/digest.h"

struct checksum_line {
	struct digest digest;	/* DIGEST_NONE: its digits are as many as no kind of digest has */
	const char *name;	/* borrowed from the list, without a NUL behind it; never empty */
	size_t name_len;
};

/*
 * Reads the line that begins at `text` and ends at a newline or at the text's end.  Returns where
 * the next one begins.  A line of another form leaves ret->name NULL.
 */
const char *checksum_line_read(const char *text, struct checksum_line *ret);

#endif

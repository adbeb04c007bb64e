// SPDX-License-Identifier: GPL-2.0-only
#include "base/checksum_line.h"

#include <string.h>

const char *checksum_line_read(const char *text, struct checksum_line *ret)
{
	size_t len = strcspn(text, "\n"), hex = strspn(text, "0123456789abcdefABCDEF");

	*ret = (struct checksum_line){ 0 };
	if (hex > 0 && hex + 2 < len && text[hex] == ' ' &&
	    (text[hex + 1] == ' ' || text[hex + 1] == '*')) {
		ret->name = text + hex + 2;
		ret->name_len = len - hex - 2;
		if (!digest_parse(DIGEST_SHA256, text, hex, &ret->digest))
			digest_parse(DIGEST_SHA512, text, hex, &ret->digest);
	}
	return text + len + (text[len] == '\n');
}

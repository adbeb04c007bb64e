// SPDX-License-Identifier: GPL-2.0-only
#include "image/checksum_list.h"

#include <string.h>

/* "HEX  NAME" or "HEX *NAME"; the name, or NULL if the line is none of the list's. */
static const char *name_of(const char *line, size_t len, size_t *ret_hex_len)
{
	size_t hex = strspn(line, "0123456789abcdefABCDEF");

	if (hex == 0 || hex + 2 >= len || line[hex] != ' ' ||
	    (line[hex + 1] != ' ' && line[hex + 1] != '*'))
		return NULL;
	*ret_hex_len = hex;
	return line + hex + 2;
}

static bool is_named(const char *line, size_t len, const char *file, size_t *ret_hex_len)
{
	const char *name = name_of(line, len, ret_hex_len);
	size_t name_len;

	if (!name)
		return false;
	name_len = len - (size_t)(name - line);
	return name_len == strlen(file) && !strncmp(name, file, name_len);
}

int checksum_list_find(const char *text, const char *file, struct digest *ret, struct error *err)
{
	struct digest found = { .kind = DIGEST_NONE }, next = { 0 };

	for (const char *line = text; *line;) {
		size_t len = strcspn(line, "\n"), hex = 0;

		if (is_named(line, len, file, &hex)) {
			if (!digest_parse(DIGEST_SHA256, line, hex, &next) &&
			    !digest_parse(DIGEST_SHA512, line, hex, &next))
				return error_set(err, STATUS_USAGE,
						 "the list has no SHA-256 or SHA-512 of %s", file);
			if (found.kind != DIGEST_NONE && strcmp(found.hex, next.hex))
				return error_set(err, STATUS_USAGE, "the list has two checksums of %s", file);
			found = next;
		}
		line += len + (line[len] == '\n');
	}
	if (found.kind == DIGEST_NONE)
		return error_set(err, STATUS_USAGE, "the list does not name %s", file);
	*ret = found;
	return 0;
}

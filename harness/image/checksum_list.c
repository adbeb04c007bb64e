// SPDX-License-Identifier: GPL-2.0-only
#include "image/checksum_list.h"

#include <string.h>

#include "base/checksum_line.h"

static bool is_named(const struct checksum_line *line, const char *file)
{
	return line->name && line->name_len == strlen(file) &&
	       !strncmp(line->name, file, line->name_len);
}

int checksum_list_find(const char *text, const char *file, struct digest *ret, struct error *err)
{
	struct digest found = { .kind = DIGEST_NONE };
	struct checksum_line line;

	while (*text) {
		text = checksum_line_read(text, &line);
		if (!is_named(&line, file))
			continue;
		if (line.digest.kind == DIGEST_NONE)
			return error_set(err, STATUS_USAGE, "the list has no SHA-256 or SHA-512 of %s", file);
		if (found.kind != DIGEST_NONE && strcmp(found.hex, line.digest.hex))
			return error_set(err, STATUS_USAGE, "the list has two checksums of %s", file);
		found = line.digest;
	}
	if (found.kind == DIGEST_NONE)
		return error_set(err, STATUS_USAGE, "the list does not name %s", file);
	*ret = found;
	return 0;
}

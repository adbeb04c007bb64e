// SPDX-License-Identifier: GPL-2.0-only
#include "base/markdown.h"

#include <string.h>

#include "base/memory.h"
#include "base/printable.h"

/*
 * A backslash takes the meaning from any punctuation, and these have one within a line.  "http:" and
 * "www." begin an address, of which GitHub and GitLab make a link without being asked.
 */
static bool has_meaning(const char *text, const char *at)
{
	if (strchr("\\`*_{}[]<>#|~&!$@^", *at))
		return true;
	return (*at == ':' && at[1] == '/') || (*at == '.' && at > text && strchr("wW", at[-1]));
}

void markdown_put(FILE *out, const char *text)
{
	_cleanup_free_ char *masked = printable_text(text);

	for (const char *c = masked; *c; c++) {
		if (has_meaning(masked, c))
			fputc('\\', out);
		fputc(*c, out);
	}
}

/* Each line is indented: unlike a fence, that cannot be ended from within. */
void markdown_put_code(FILE *out, const char *text)
{
	_cleanup_free_ char *masked = printable_lines(text);
	const char *line = masked;

	fputc('\n', out);
	while (*line) {
		size_t len = strcspn(line, "\n");

		fprintf(out, "    %.*s\n", (int)len, line);
		line += len + (line[len] == '\n');
	}
	fputc('\n', out);
}

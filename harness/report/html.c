// SPDX-License-Identifier: GPL-2.0-only
#include "report/html.h"

#include <ctype.h>
#include <string.h>

#include "base/memory.h"
#include "base/printable.h"
#include "style.gen.h"

static void put_escaped(FILE *out, const char *masked)
{
	for (const char *c = masked; *c; c++) {
		switch (*c) {
		case '&':
			fputs("&amp;", out);
			break;
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(*c, out);
		}
	}
}

void html_put(FILE *out, const char *text)
{
	_cleanup_free_ char *masked = printable_lines(text);

	put_escaped(out, masked);
}

void html_attribute(FILE *out, const char *name, const char *text)
{
	_cleanup_free_ char *masked = text ? printable_text(text) : NULL;

	if (!masked)
		return;
	fprintf(out, " %s=\"", name);
	put_escaped(out, masked);
	fputc('"', out);
}

void html_element(FILE *out, const char *name, const char *class, const char *text)
{
	fprintf(out, "<%s", name);
	html_attribute(out, "class", class);
	fputc('>', out);
	html_put(out, text);
	fprintf(out, "</%s>", name);
}

void html_link(FILE *out, const char *path, const char *text)
{
	fputs("<a href=\"", out);
	for (const unsigned char *c = (const unsigned char *)path; *c; c++)
		fprintf(out, isalnum(*c) || strchr("-._/", *c) ? "%c" : "%%%02X", *c);
	fputs("\">", out);
	html_put(out, text);
	fputs("</a>", out);
}

void html_page_begin(FILE *out, const char *title)
{
	fputs("<!DOCTYPE html>\n"
	      "<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"en\">\n<head>\n"
	      "<meta charset=\"utf-8\"/>\n"
	      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src 'unsafe-inline'\"/>\n"
	      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n"
	      "<meta name=\"referrer\" content=\"no-referrer\"/>\n",
	      out);
	html_element(out, "title", NULL, title);
	fprintf(out, "\n<style>\n%s</style>\n</head>\n<body>\n<main>\n", builtin_styles[0].text);
	html_element(out, "h1", NULL, title);
	fputc('\n', out);
}

void html_page_end(FILE *out)
{
	fputs("</main>\n</body>\n</html>\n", out);
}

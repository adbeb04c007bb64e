// SPDX-License-Identifier: GPL-2.0-only
#include "report/picture.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "evidence/file_names.h"
#include "report/html.h"

/* No text of a stranger's can have these bytes in a page, where each `<` of one is escaped. */
#define PLACE_BEGIN "<figure id=\"picture-%s\">\n<p class=\"dim\">Not drawn: "
#define NOT_DRAWN "gnuplot was not there when this page was made (Debian's package gnuplot-nox). "

const char *const plot_colors[PLOT_COLORS] = { "#0072b2", "#e69f00", "#009e73", "#cc79a7",
					       "#56b4e9", "#d55e00", "#999999" };

void plot_deinit(struct plot *p)
{
	free(p->script);
	free(p->data);
	free(p->words);
	*p = (struct plot){ 0 };
}

void plot_put_head(FILE *out, unsigned int height)
{
	fprintf(out,
		"# gnuplot FILE > FILE.svg; gnuplot -e PDF=1 FILE > FILE.pdf\n"
		"if (exists(\"PDF\")) set terminal pdfcairo size 18cm,%.1fcm; else "
		"set terminal svg size 960,%u dynamic font \"sans-serif,13\" background \"#ffffff\"\n"
		"set encoding utf8\nset datafile separator \"\\t\"\nset border 3\nset tics nomirror\n",
		height * 18.0 / 960, height);
}

void plot_put_name(FILE *out, const char *name)
{
	for (size_t i = 0; name[i] && i < 60; i++)
		fputc(isalnum((unsigned char)name[i]) || strchr(" ._=,+-", name[i]) ? name[i] : '_', out);
}

void picture_put_place(FILE *out, const struct picture *picture, const struct plot *plot)
{
	fprintf(out, PLACE_BEGIN NOT_DRAWN "</p>\n<figcaption>", picture->name);
	html_put(out, plot->words);
	fprintf(out,
		". Drawn of " FILE_PLOT_DATA("%s") " by " FILE_PLOT_SCRIPT(
			"%s") ".</figcaption>\n</figure>\n",
		picture->name, picture->name);
}

char *picture_put_into(const char *page, const struct picture *picture, const char *svg, size_t len)
{
	_cleanup_free_ char *begin = xasprintf(PLACE_BEGIN, picture->name), *data = NULL;
	const char *at = strstr(page, begin), *end = at ? strstr(at, "</p>") : NULL;
	_cleanup_text_ struct text text;
	FILE *out;

	if (!end)
		return NULL;
	data = text_base64(svg, len);
	out = text_open(&text);
	fwrite(page, 1, (size_t)(at - page), out);
	fprintf(out, "<figure id=\"picture-%s\">\n<img alt=\"%s\" src=\"data:image/svg+xml;base64,",
		picture->name, picture->alt);
	for (const char *c = data; *c; c++)
		if (*c != '\n')
			fputc(*c, out);
	fprintf(out, "\"/>%s", end + strlen("</p>"));
	return text_close(&text);
}

char *picture_put_reason(const char *page, const struct picture *picture, const char *why)
{
	_cleanup_free_ char *begin = xasprintf(PLACE_BEGIN NOT_DRAWN, picture->name);
	const char *at = strstr(page, begin);
	_cleanup_text_ struct text text;
	FILE *out;

	if (!at)
		return NULL;
	out = text_open(&text);
	fwrite(page, 1, (size_t)(at - page), out);
	fprintf(out, PLACE_BEGIN, picture->name);
	html_put(out, why);
	fputs(at + strlen(begin), out);
	return text_close(&text);
}

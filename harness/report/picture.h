/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pictures of pages: what gnuplot draws, and the place that a page has for it.  A page is whole without: each place
 * tells in words what is to be seen.
 */
#ifndef EXITMETER_PICTURE_H
#define EXITMETER_PICTURE_H

#include <stddef.h>
#include <stdio.h>

struct picture {
	const char *name; /* of its files, as in plot-NAME.gp */
	const char *alt; /* what is to be seen, for who does not see it */
};

/*
 * A script for gnuplot and the data that it draws: `gnuplot plot-NAME.gp > NAME.svg` draws it in its folder, and
 * `gnuplot -e PDF=1 plot-NAME.gp > NAME.pdf` as PDF.
 */
struct plot {
	char *script, *data; /* owned */
	char *words; /* owned: what is to be seen here, with its leading numbers */
};

void plot_deinit(struct plot *p);

#define PLOT_COLORS 7
/* Colours that colour-blind people can tell apart (Okabe and Ito); the last is for what stands back. */
extern const char *const plot_colors[PLOT_COLORS];
/* How a script begins; height in pixels, of a width of 960. */
void plot_put_head(FILE *out, unsigned int height);
/* A name may be anybody's: written by this, it has no character that means anything in a script or in its data. */
void plot_put_name(FILE *out, const char *name);

/* The place of a picture in a page, until it is drawn. */
void picture_put_place(FILE *out, const struct picture *picture, const struct plot *plot);
/*
 * Returns the page with a picture in its place, as data of its own from which a browser runs nothing and
 * loads nothing; the caller frees.  NULL: the page has no such place.
 */
char *picture_put_into(const char *page, const struct picture *picture, const char *svg, size_t len);
/*
 * Returns the page with another reason why the picture is not drawn than that there was no gnuplot; the caller frees.
 * NULL: the page has no such place.
 */
char *picture_put_reason(const char *page, const struct picture *picture, const char *why);

#endif

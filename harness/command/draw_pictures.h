/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_DRAW_PICTURES_H
#define EXITMETER_DRAW_PICTURES_H

#include "base/error.h"
#include "report/picture.h"

/*
 * Has gnuplot draw the pictures of a folder whose page was just written, and puts them into that page.
 * What drew nothing, as where there is no gnuplot, leaves the page as it is, which says so.  STATUS_USAGE: the
 * folder cannot be written.
 */
int draw_pictures(const char *dir, const char *page_name, const struct picture *pictures, size_t count,
		  struct error *err);
/*
 * Writes a page, and of each of its plots the script and the data; then has them drawn.  A plot without a script is
 * none.  Says on stderr where the page is, behind what stdout has been told.  Takes over the plots.
 */
int page_write(const char *dir, const char *page_name, const char *page, const struct picture *pictures,
	       struct plot *plots, size_t count, struct error *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_DRAW_PICTURES_H
#define EXITMETER_DRAW_PICTURES_H

#include "base/error.h"

/*
 * Has gnuplot draw the pictures of a run folder that was just judged, and puts them into its report.html.
 * What drew nothing, as where there is no gnuplot, leaves the page as it is, which says so.  STATUS_USAGE: the
 * folder cannot be written.
 */
int draw_pictures(const char *dir, struct error *err);

#endif

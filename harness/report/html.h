/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Pages in HTML, for people: a page is one file that needs no other, has no script, and loads nothing
 * (a Content-Security-Policy says so to the browser).  It is also well-formed XML, so that any XML parser
 * can check it.  Its style is style.css, of which the classes are named after verdicts.
 *
 * Names of elements and classes are our own words.  Texts may be anybody's: they are masked (printable.h)
 * and escaped here.
 */
#ifndef EXITMETER_HTML_H
#define EXITMETER_HTML_H

#include <stdio.h>

/* Begins a page up to <main>, with the title as its first heading; and ends it. */
void html_page_begin(FILE *out, const char *title);
void html_page_end(FILE *out);
/* Writes a text; its newlines stay. */
void html_put(FILE *out, const char *text);
/* Writes ` name="text"`, and nothing where the text is NULL. */
void html_attribute(FILE *out, const char *name, const char *text);
/* <name class="class">text</name>, without the class where that is NULL. */
void html_element(FILE *out, const char *name, const char *class, const char *text);
/*
 * A link to a file beside the page, by its path relative to it.  What is not a letter, a digit or one of
 * "-._/" is written as %XX, so that no path is taken for another kind of address.
 */
void html_link(FILE *out, const char *path, const char *text);

#endif

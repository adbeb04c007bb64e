/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * XML that is written into memory, through libxml2's xmlTextWriter: libvirt's domains and the JUnit
 * report.  Each level is indented by two blanks.
 *
 * A text may hold anything.  What XML 1.0 cannot hold, even escaped (most control characters, and
 * bytes that are no UTF-8), is not lost with the document: such a text is masked (printable.h).
 * Names of elements and attributes are our own words.  When memory runs out, the program ends, as in
 * memory.h.
 */
#ifndef EXITMETER_XML_H
#define EXITMETER_XML_H

struct xml;

/* Begins a document, with its declaration; xml_finish() frees it. */
struct xml *xml_new(void);
/* Begins an element.  Its attributes follow, as pairs of a name and a text, with NULL at the end. */
void xml_begin(struct xml *x, const char *name, ...) __attribute__((sentinel));
/* Adds an attribute to the element that has just begun. */
void xml_attribute(struct xml *x, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Adds text to the element. */
void xml_text(struct xml *x, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void xml_end(struct xml *x);
/* <name>text</name> */
void xml_element(struct xml *x, const char *name, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* <name attribute="text"/>, with pairs as xml_begin() takes them. */
void xml_empty(struct xml *x, const char *name, ...) __attribute__((sentinel));
/* Ends what has not ended, frees x and returns the document; the caller frees it. */
char *xml_finish(struct xml *x);

#endif

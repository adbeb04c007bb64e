// SPDX-License-Identifier: GPL-2.0-only
#include "base/xml.h"

#include <libxml/chvalid.h>
#include <libxml/parserInternals.h>
#include <libxml/xmlwriter.h>
#include <stdarg.h>
#include <string.h>

#include "base/memory.h"
#include "base/printable.h"

struct xml {
	xmlTextWriterPtr writer;
	xmlBufferPtr buffer;
};

/* The writer is given valid texts only: what is left that can fail is an allocation. */
static void check(int rc)
{
	if (rc < 0)
		memory_is_out();
}

/* The bytes of a character in UTF-8. */
static int shortest_bytes(int c)
{
	return c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
}

/* The bytes of the first character of a text that is not empty; 0: XML cannot hold it. */
static int character_bytes(const char *text)
{
	int len = (int)strnlen(text, 4), c = xmlGetUTF8Char((const xmlChar *)text, &len);

	/* Of the ways to encode a character in UTF-8, only the shortest is valid. */
	if (c < 0 || !xmlIsCharQ((unsigned int)c) || shortest_bytes(c) != len)
		return 0;
	return len;
}

static bool can_hold(const char *text)
{
	while (*text) {
		int bytes = character_bytes(text);

		if (!bytes)
			return false;
		text += bytes;
	}
	return true;
}

/* Masks the text, which it takes over, where XML cannot hold it. */
static char *hold(char *text)
{
	char *masked;

	if (can_hold(text))
		return text;
	masked = printable_copy(text);
	free(text);
	return masked;
}

struct xml *xml_new(void)
{
	struct xml *x = xcalloc(1, sizeof(*x));

	x->buffer = xmlBufferCreate();
	x->writer = x->buffer ? xmlNewTextWriterMemory(x->buffer, 0) : NULL;
	if (!x->writer)
		memory_is_out();
	check(xmlTextWriterSetIndent(x->writer, 1));
	check(xmlTextWriterSetIndentString(x->writer, BAD_CAST "  "));
	check(xmlTextWriterStartDocument(x->writer, NULL, "UTF-8", NULL));
	return x;
}

static void begin(struct xml *x, const char *name, va_list pairs)
{
	const char *attribute;

	check(xmlTextWriterStartElement(x->writer, BAD_CAST name));
	while ((attribute = va_arg(pairs, const char *)))
		xml_attribute(x, attribute, "%s", va_arg(pairs, const char *));
}

void xml_begin(struct xml *x, const char *name, ...)
{
	va_list pairs;

	va_start(pairs, name);
	begin(x, name, pairs);
	va_end(pairs);
}

void xml_attribute(struct xml *x, const char *name, const char *fmt, ...)
{
	_cleanup_free_ char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	text = hold(xvasprintf(fmt, ap));
	va_end(ap);
	check(xmlTextWriterWriteAttribute(x->writer, BAD_CAST name, BAD_CAST text));
}

static void put_text(struct xml *x, const char *fmt, va_list ap)
{
	_cleanup_free_ char *text = hold(xvasprintf(fmt, ap));

	check(xmlTextWriterWriteString(x->writer, BAD_CAST text));
}

void xml_text(struct xml *x, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	put_text(x, fmt, ap);
	va_end(ap);
}

void xml_end(struct xml *x)
{
	check(xmlTextWriterEndElement(x->writer));
}

void xml_element(struct xml *x, const char *name, const char *fmt, ...)
{
	va_list ap;

	xml_begin(x, name, NULL);
	va_start(ap, fmt);
	put_text(x, fmt, ap);
	va_end(ap);
	xml_end(x);
}

void xml_empty(struct xml *x, const char *name, ...)
{
	va_list pairs;

	va_start(pairs, name);
	begin(x, name, pairs);
	va_end(pairs);
	xml_end(x);
}

char *xml_finish(struct xml *x)
{
	char *document;

	check(xmlTextWriterEndDocument(x->writer));
	xmlFreeTextWriter(x->writer);
	document = xstrdup((const char *)xmlBufferContent(x->buffer));
	xmlBufferFree(x->buffer);
	free(x);
	return document;
}

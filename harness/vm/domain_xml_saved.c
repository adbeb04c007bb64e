// SPDX-License-Identifier: GPL-2.0-only
#include "vm/domain_xml_saved.h"

#include <libxml/parser.h>
#include <libxml/xpath.h>
#include <string.h>

#include "base/memory.h"

/* Returns the one node that the path leads to, or NULL. */
static xmlNodePtr find(xmlXPathContextPtr context, const char *path)
{
	xmlXPathObjectPtr found = xmlXPathEvalExpression((const xmlChar *)path, context);
	xmlNodePtr node = NULL;

	if (found && found->nodesetval && found->nodesetval->nodeNr == 1)
		node = found->nodesetval->nodeTab[0];
	xmlXPathFreeObject(found);
	return node;
}

static int set_attribute(xmlXPathContextPtr context, const char *path, const char *name,
			 const char *value, struct error *err)
{
	xmlNodePtr node = find(context, path);

	if (!node || !xmlSetProp(node, (const xmlChar *)name, (const xmlChar *)value))
		return error_set(err, STATUS_USAGE, "the saved domain has no %s", path);
	return 0;
}

static int set_text(xmlXPathContextPtr context, const char *path, const char *value,
		    struct error *err)
{
	xmlNodePtr node = find(context, path);

	if (!node)
		return error_set(err, STATUS_USAGE, "the saved domain has no %s", path);
	xmlNodeSetContent(node, NULL);
	xmlNodeAddContent(node, (const xmlChar *)value);	/* this one escapes what it is given */
	return 0;
}

static int set_disk(xmlXPathContextPtr context, const struct domain_disk *d, int index,
		    struct error *err)
{
	_cleanup_free_ char *disk = xasprintf("/domain/devices/disk[target/@dev='vd%c']", 'a' + index);
	_cleanup_free_ char *source = xasprintf("%s/source", disk);
	_cleanup_free_ char *driver = xasprintf("%s/driver", disk);

	if (set_attribute(context, source, "file", d->path, err) < 0)
		return -1;
	return set_attribute(context, driver, "type", d->format, err);
}

/* libvirt gives a domain a console, which is its first serial port once more. */
static int set_ports(xmlXPathContextPtr context, const struct domain_spec *s, struct error *err)
{
	static const char port[] = "/domain/devices/serial[target/@port='%d']/source";
	static const char console[] = "/domain/devices/console/source";

	for (int i = 0; i < 2; i++) {
		_cleanup_free_ char *path = xasprintf(port, i);

		if (set_attribute(context, path, "path", s->serial[i], err) < 0)
			return -1;
	}
	return find(context, console) ? set_attribute(context, console, "path", s->serial[0], err) : 0;
}

static int redirect(xmlXPathContextPtr context, const struct domain_spec *s, struct error *err)
{
	const char *emulator = s->emulator ? s->emulator : DOMAIN_EMULATOR;

	if (set_text(context, "/domain/devices/emulator", emulator, err) < 0 ||
	    set_text(context, "/domain/os/kernel", s->kernel, err) < 0 ||
	    set_text(context, "/domain/os/initrd", s->initrd, err) < 0)
		return -1;
	for (int i = 0; i < DOMAIN_DISKS && s->disks[i].path; i++)
		if (set_disk(context, &s->disks[i], i, err) < 0)
			return -1;
	return set_ports(context, s, err);
}

char *domain_xml_redirect(const char *saved, const struct domain_spec *spec, struct error *err)
{
	xmlDocPtr doc = xmlReadMemory(saved, (int)strlen(saved), NULL, NULL,
				      XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING);
	xmlXPathContextPtr context = doc ? xmlXPathNewContext(doc) : NULL;
	xmlChar *text = NULL;
	char *ret = NULL;
	int len;

	if (!context)
		error_set(err, STATUS_USAGE, "the saved domain's description is no XML");
	else if (redirect(context, spec, err) == 0)
		xmlDocDumpMemory(doc, &text, &len);
	if (text)
		ret = xstrdup((const char *)text);
	xmlFree(text);
	xmlXPathFreeContext(context);
	xmlFreeDoc(doc);
	return ret;
}

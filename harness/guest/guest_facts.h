/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a guest's exits depend on in the machine that it runs on.  It is read while the run's KVM is
 * loaded.
 */
#ifndef EXITMETER_GUEST_FACTS_H
#define EXITMETER_GUEST_FACTS_H

#include <jansson.h>

#include "vm/domain_xml.h"

/*
 * Returns an object with "machine", "firmware", "disk_bus", "paging" and "unrestricted_guest", each a text,
 * or null where it cannot be told.  The caller drops the reference.
 */
json_t *guest_facts_tell(const struct domain_spec *spec);

/* Returns SeaBIOS's version out of its image, or NULL; the caller frees it.  Pure. */
char *seabios_version(const char *image, size_t len);

#endif

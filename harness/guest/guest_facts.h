/* SPDX-License-Identifier: GPL-2.0-only */
/* Of the machine a guest runs on, what its exits depend on; read while the run's KVM is loaded. */
#ifndef EXITMETER_GUEST_FACTS_H
#define EXITMETER_GUEST_FACTS_H

#include <jansson.h>

#include "vm/domain_xml.h"

/* {"machine", "firmware", "disk_bus", "paging"}; what cannot be told is null.  The caller drops it. */
json_t *guest_facts_tell(const struct domain_spec *spec);

/* SeaBIOS's own version out of its image, or NULL; the caller frees.  Pure. */
char *seabios_version(const char *image, size_t len);

#endif

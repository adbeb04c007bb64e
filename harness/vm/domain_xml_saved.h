/* SPDX-License-Identifier: GPL-2.0-only */
/* The description of a domain that was saved, for the restored one. */
#ifndef EXITMETER_DOMAIN_XML_SAVED_H
#define EXITMETER_DOMAIN_XML_SAVED_H

#include "base/error.h"
#include "vm/domain_xml.h"

/*
 * saved: the description as libvirt keeps it with the state.  libvirt has filled in much that a domain
 * with that state must have, so it is changed in place, and no new one is made: its kernel, its disks
 * and its serial ports get the files of `spec`.  Returns the new description, which the caller frees;
 * NULL: what was saved has other disks or ports.
 */
char *domain_xml_redirect(const char *saved, const struct domain_spec *spec, struct error *err);

#endif

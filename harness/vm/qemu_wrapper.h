/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What libvirt takes for QEMU, so that QEMU runs in a sandbox: a script that hands QEMU on to the script of the
 * sandbox, `sandbox` in libvirt's root (sandbox.h).  Where libvirt only asks QEMU what it can do, no guest runs, and it
 * is handed on to QEMU itself.
 */
#ifndef EXITMETER_QEMU_WRAPPER_H
#define EXITMETER_QEMU_WRAPPER_H

#include "base/error.h"

/*
 * Returns the path of the script, in CACHE/hosts/emulators; the caller frees it.  Libvirt keeps QEMU's capabilities by
 * the path of what it takes for QEMU, so another QEMU has another path.  NULL with an error: it cannot be executed
 * there, say.
 */
char *qemu_wrapper_make(const char *cache, struct error *err);

#endif

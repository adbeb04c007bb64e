/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What QEMU said, from the log that libvirt keeps of a domain.  libvirt's own error
 * has it where libvirt saw QEMU end, and not where it only found nobody at QEMU's
 * monitor (qemuProcessWaitForMonitor() and qemuConnectMonitor() race).
 */
#ifndef EXITMETER_QEMU_LOG_H
#define EXITMETER_QEMU_LOG_H

/* The last line that is QEMU's and no warning; the caller frees; NULL: there is none. */
char *qemu_log_parse(const char *text);
/* The same of the one log in a folder of libvirt's embedded driver, ROOT/log/qemu. */
char *qemu_log_last_words(const char *libvirt_root);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Finds what QEMU said in the log that libvirt keeps of a domain.  libvirt's own error has it where
 * libvirt saw QEMU end, but not where it only failed to connect to QEMU's monitor
 * (qemuProcessWaitForMonitor() and qemuConnectMonitor() race).
 */
#ifndef EXITMETER_QEMU_LOG_H
#define EXITMETER_QEMU_LOG_H

/* Returns the last line of a log that QEMU wrote and that is no warning, or NULL; the caller frees. */
char *qemu_log_parse(const char *text);
/* Does so with the only log in the folder of libvirt's embedded driver, ROOT/log/qemu. */
char *qemu_log_last_words(const char *libvirt_root);

#endif

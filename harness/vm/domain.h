/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Starts and watches domains, libvirt's word for VMs.  domain.c and domain_conn.c are the only files that include
 * libvirt.
 */
#ifndef EXITMETER_DOMAIN_H
#define EXITMETER_DOMAIN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"
#include "vm/domain_conn.h"

struct domain;

enum domain_state {
	DOMAIN_RUNNING,
	DOMAIN_PAUSED,		/* QEMU has paused it, as it does where KVM cannot go on */
	DOMAIN_FULL,		/* QEMU has paused it, because there is no space for a disk's writes */
	DOMAIN_OFF,		/* the guest has powered off, or has reset where that ends the domain */
	DOMAIN_DIED,		/* QEMU has crashed or was killed */
};

/*
 * Starts a domain with its vCPUs paused, so that its VM can be looked at before the first instruction.
 */
int domain_start_paused(struct domain_conn *conn, const char *xml, struct domain **ret,
			struct error *err);
/* Writes the state of a domain, memory and all, into the file `path`, and ends the domain. */
int domain_save(struct domain *d, const char *path, struct error *err);
/* Returns the description that such a file holds; the caller frees it. */
char *domain_saved_xml(struct domain_conn *conn, const char *path, struct error *err);
/*
 * Starts a domain from such a file, with its vCPUs paused.  xml: its description, where only the files
 * behind its devices may be others than in domain_saved_xml().  The embedded driver must have no other
 * domain.
 */
int domain_restore_paused(struct domain_conn *conn, const char *path, const char *xml,
			  struct domain **ret, struct error *err);
int domain_resume(struct domain *d, struct error *err);
/* Returns the process ID of its QEMU, also where that is in a sandbox; -1: not known. */
pid_t domain_pid(const struct domain *d, struct error *err);
enum domain_state domain_poll(struct domain *d);
/* How often the guest has reset since the domain was started. */
unsigned int domain_reboots(const struct domain *d);
/* How much of its first disk the guest has read since then, firmware and all; -1: not known. */
int64_t domain_bytes_read(struct domain *d);
/* Presses Shift on the VM's keyboard and releases it, to give its kernel an interrupt; best effort. */
void domain_press_key(struct domain *d);
/* Sends the VM's CPUs an NMI, which a kernel takes even where it has disabled interrupts; best effort. */
void domain_inject_nmi(struct domain *d);
/* Kills QEMU if it runs. */
void domain_kill(struct domain *d);
/* Kills it and frees d, which may be NULL. */
void domain_destroy(struct domain *d);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Domains, on libvirt.  domain.c is the only file that includes libvirt.
 *
 * By default the driver that libvirt embeds in the calling process is used
 * (qemu:///embed?root=...): no daemon has to run and nothing of the user's own
 * libvirt is touched.  One connection a process.
 */
#ifndef EXITMETER_DOMAIN_H
#define EXITMETER_DOMAIN_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

struct domain_conn;
struct domain;

enum domain_state {
	DOMAIN_RUNNING,
	DOMAIN_PAUSED,		/* halted; of itself QEMU does that where KVM cannot go on */
	DOMAIN_FULL,		/* halted: no space left for what it writes to a disk */
	DOMAIN_OFF,		/* the guest powered off, or reset where that ends it */
	DOMAIN_DIED,		/* QEMU ended otherwise: crashed, killed */
};

/*
 * root: libvirt's folder for the embedded driver, which exists; used where uri
 * is NULL.  cache: a folder that holds libvirt's QEMU capabilities of earlier
 * runs and takes this run's, which are put together in the folder stage, on the
 * same file system; may be NULL.
 */
int domain_connect(const char *uri, const char *root, const char *cache, const char *stage,
		   struct domain_conn **ret, struct error *err);
/* Keeps libvirt's capabilities for the next run; then ends the connection. NULL is fine. */
void domain_disconnect(struct domain_conn *conn);

/* Starts with the CPUs halted, so that the VM can be looked at before its first instruction. */
int domain_start_paused(struct domain_conn *conn, const char *xml, struct domain **ret,
			struct error *err);
int domain_resume(struct domain *d, struct error *err);
/* Number of the QEMU process, or -1 with an error. */
pid_t domain_pid(const struct domain *d, struct error *err);
enum domain_state domain_poll(struct domain *d);
/* How often the guest has reset since it was started. */
unsigned int domain_reboots(const struct domain *d);
/* Presses Shift on the VM's keyboard and lets it go, which an interrupt tells its kernel; best effort. */
void domain_press_key(struct domain *d);
/* Kills QEMU if it runs. */
void domain_kill(struct domain *d);
/* domain_kill(), and frees.  NULL is fine. */
void domain_destroy(struct domain *d);

/* Version of the library and of the QEMU it drives, as "9.0.0"; the caller frees both. */
void domain_versions(struct domain_conn *conn, char **ret_libvirt, char **ret_qemu);

#endif

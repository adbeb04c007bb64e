/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The connection to libvirt.  By default this is the driver that libvirt embeds in the calling process
 * (qemu:///embed?root=...): no daemon has to run, and the user's own libvirt is not touched.  A process has one
 * connection at most.
 */
#ifndef EXITMETER_DOMAIN_CONN_H
#define EXITMETER_DOMAIN_CONN_H

#include <pthread.h>
#include <stdbool.h>

#include "base/error.h"

/* Its members are domain.c's and domain_conn.c's. */
struct domain_conn {
	struct _virConnect *vir;	/* libvirt's virConnectPtr, so that only domain.c and domain_conn.c include libvirt */
	char *root;		/* owned; NULL where the user gave a URI */
	bool is_sandboxed;
	char *cache, *stage;	/* owned; the one, the other or both may be NULL */
	pthread_t loop;
	bool has_loop;
	volatile bool is_stopping;
	int wake_timer;
};

/*
 * Tells libvirt's last error, and returns -1.  Ctrl-C at a terminal also ends the processes that libvirt has started.
 * libvirt's error then only follows from the signal, so the signal is reported.
 */
int domain_vir_error(struct error *err, enum exit_status status, const char *what);

/*
 * uri: the libvirt to connect to; NULL: the embedded driver, which keeps its files in the folder root.
 * cache: where libvirt's capabilities of QEMU are kept from run to run; NULL for none.  stage: a
 * folder of the same file system, where they are put together; NULL: they are taken from the cache, and
 * not kept there.  is_sandboxed: the embedded driver's domains run in a sandbox (qemu_wrapper.h), which drops to
 * its account itself, and QEMU refuses itself system calls that it needs no more.
 */
int domain_connect(const char *uri, const char *root, const char *cache, const char *stage, bool is_sandboxed,
		   struct domain_conn **ret, struct error *err);
/* Puts the capabilities into the cache and ends the connection.  conn may be NULL. */
void domain_disconnect(struct domain_conn *conn);

/* The version of the library that this program has loaded, as in "9.0.0"; the caller frees it. */
char *domain_libvirt_version(void);
/* The versions of libvirt and of its QEMU, as in "9.0.0"; the caller frees both. */
void domain_versions(struct domain_conn *conn, char **ret_libvirt, char **ret_qemu);

#endif

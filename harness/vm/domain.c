// SPDX-License-Identifier: GPL-2.0-only
#include "vm/domain.h"

#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <linux/input-event-codes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/orphans.h"
#include "vm/qemu_log.h"
#include "vm/sandbox.h"

struct domain {
	struct domain_conn *conn;	/* borrowed */
	virDomainPtr vir;
	char *name;
	int reboot_callback, lifecycle_callback;
	/* Written by libvirt's event thread. */
	unsigned int reboots;
	int stop_detail;		/* virDomainEventStoppedDetailType, or -1 */
};

static int on_reboot(virConnectPtr c, virDomainPtr vir, void *opaque)
{
	struct domain *d = opaque;

	(void)c;
	(void)vir;
	__atomic_fetch_add(&d->reboots, 1, __ATOMIC_RELAXED);
	return 0;
}

static int on_lifecycle(virConnectPtr c, virDomainPtr vir, int event, int detail, void *opaque)
{
	struct domain *d = opaque;

	(void)c;
	(void)vir;
	if (event == VIR_DOMAIN_EVENT_STOPPED)
		__atomic_store_n(&d->stop_detail, detail, __ATOMIC_RELAXED);
	return 0;
}

/* Adds QEMU's last words where libvirt's error does not have them. */
static int start_error(const struct domain_conn *conn, struct error *err)
{
	_cleanup_free_ char *words = NULL, *said = NULL;

	domain_vir_error(err, STATUS_USAGE, "cannot start the domain");
	if (conn->root && !interrupt_pending())
		words = qemu_log_last_words(conn->root);
	if (!words || strstr(err->message, words))
		return -1;
	said = xstrdup(err->message);
	return error_set(err, err->status, "%s; QEMU's last words: %s", said, words);
}

/* libvirt takes callbacks of every signature as one; clang 19 wants to be told that this is meant. */
static virConnectDomainEventGenericCallback as_callback(void (*callback)(void))
{
	return (virConnectDomainEventGenericCallback)callback;
}

static struct domain *domain_new(struct domain_conn *conn, virDomainPtr vir)
{
	struct domain *d = xcalloc(1, sizeof(*d));

	d->conn = conn;
	d->vir = vir;
	d->stop_detail = -1;
	d->name = xstrdup(virDomainGetName(vir));
	d->reboot_callback = virConnectDomainEventRegisterAny(
		conn->vir, vir, VIR_DOMAIN_EVENT_ID_REBOOT, as_callback((void (*)(void))on_reboot),
		d, NULL);
	d->lifecycle_callback = virConnectDomainEventRegisterAny(
		conn->vir, vir, VIR_DOMAIN_EVENT_ID_LIFECYCLE,
		as_callback((void (*)(void))on_lifecycle), d, NULL);
	return d;
}

int domain_start_paused(struct domain_conn *conn, const char *xml, struct domain **ret,
			struct error *err)
{
	/* The embedded driver knows no autodestroy; scratch.c sweeps what a killed run leaves. */
	virDomainPtr vir = virDomainCreateXML(conn->vir, xml, VIR_DOMAIN_START_PAUSED |
					      (conn->root ? 0 : VIR_DOMAIN_START_AUTODESTROY));

	if (!vir)
		return start_error(conn, err);
	*ret = domain_new(conn, vir);
	return 0;
}

int domain_save(struct domain *d, const char *path, struct error *err)
{
	/* The event of its end is that of a save, and no domain's death. */
	if (virDomainSaveFlags(d->vir, path, NULL, VIR_DOMAIN_SAVE_RUNNING) < 0)
		return domain_vir_error(err, STATUS_USAGE, "cannot save the domain");
	return 0;
}

char *domain_saved_xml(struct domain_conn *conn, const char *path, struct error *err)
{
	char *xml = virDomainSaveImageGetXMLDesc(conn->vir, path, 0);

	if (!xml)
		domain_vir_error(err, STATUS_USAGE, "cannot read the saved domain");
	return xml;
}

/* The one domain of the embedded driver. */
static virDomainPtr only_domain(struct domain_conn *conn)
{
	virDomainPtr *all = NULL, vir = NULL;
	int n = virConnectListAllDomains(conn->vir, &all, VIR_CONNECT_LIST_DOMAINS_ACTIVE);

	for (int i = 0; i < n; i++) {
		if (n == 1)
			vir = all[i];
		else
			virDomainFree(all[i]);
	}
	free(all);
	return vir;
}

int domain_restore_paused(struct domain_conn *conn, const char *path, const char *xml,
			  struct domain **ret, struct error *err)
{
	virDomainPtr vir;

	if (virDomainRestoreFlags(conn->vir, path, xml, VIR_DOMAIN_SAVE_PAUSED) < 0)
		return start_error(conn, err);
	vir = only_domain(conn);
	if (!vir)
		return domain_vir_error(err, STATUS_USAGE, "cannot find the domain that was restored");
	*ret = domain_new(conn, vir);
	return 0;
}

int domain_resume(struct domain *d, struct error *err)
{
	if (virDomainResume(d->vir) < 0)
		return domain_vir_error(err, STATUS_LOST, "cannot let the domain run");
	return 0;
}

/* Of what libvirt has started, which may be the sandbox of its QEMU; -1: not known. */
static pid_t outer_pid(const struct domain *d, struct error *err)
{
	_cleanup_free_ char *path =
		d->conn->root ? xasprintf("%s/run/qemu/%s.pid", d->conn->root, d->name) :
					    xasprintf("/run/libvirt/qemu/%s.pid", d->name);
	_cleanup_free_ char *text = file_read(path, 64, NULL, err);

	return text && atoi(text) > 1 ? atoi(text) : -1;
}

pid_t domain_pid(const struct domain *d, struct error *err)
{
	pid_t pid = outer_pid(d, err);

	return pid > 0 ? sandbox_pid(pid) : -1;
}

enum domain_state domain_poll(struct domain *d)
{
	int detail = __atomic_load_n(&d->stop_detail, __ATOMIC_RELAXED);
	int state, reason;

	if (detail == VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN)
		return DOMAIN_OFF;
	if (detail >= 0)
		return DOMAIN_DIED;
	if (virDomainGetState(d->vir, &state, &reason, 0) < 0) {
		/* The domain is gone.  The event that tells how is on its way. */
		for (int i = 0; i < 20 && detail < 0; i++) {
			usleep(50000);
			detail = __atomic_load_n(&d->stop_detail, __ATOMIC_RELAXED);
		}
		return detail == VIR_DOMAIN_EVENT_STOPPED_SHUTDOWN ? DOMAIN_OFF : DOMAIN_DIED;
	}
	/* Only for want of space QEMU pauses the VM; it reports other I/O errors to the guest. */
	if (state == VIR_DOMAIN_PAUSED)
		return reason == VIR_DOMAIN_PAUSED_IOERROR ? DOMAIN_FULL : DOMAIN_PAUSED;
	return state == VIR_DOMAIN_CRASHED ? DOMAIN_DIED : DOMAIN_RUNNING;
}

unsigned int domain_reboots(const struct domain *d)
{
	return __atomic_load_n(&d->reboots, __ATOMIC_RELAXED);
}

int64_t domain_bytes_read(struct domain *d)
{
	virDomainBlockStatsStruct disk;

	return virDomainBlockStats(d->vir, "vda", &disk, sizeof(disk)) < 0 ? -1 : disk.rd_bytes;
}

void domain_press_key(struct domain *d)
{
	unsigned int keys[] = { KEY_LEFTSHIFT };

	virDomainSendKey(d->vir, VIR_KEYCODE_SET_LINUX, 50, keys, 1, 0);
}

void domain_inject_nmi(struct domain *d)
{
	virDomainInjectNMI(d->vir, 0);
}

/*
 * libvirt asks QEMU to end, which takes an emulated machine a second or two: it frees its memory and
 * flushes disks that nobody wants any more.
 */
static void kill_at_once(const struct domain *d)
{
	_cleanup_error_ struct error unknown = { 0 };
	pid_t outer = outer_pid(d, &unknown), pid = outer > 0 ? sandbox_pid(outer) : -1;

	if (pid <= 0)
		return;
	kill(pid, SIGKILL);
	orphans_wait_for(outer);
}

void domain_kill(struct domain *d)
{
	if (d->conn->root)
		kill_at_once(d);
	virDomainDestroy(d->vir);	/* it fails where the domain is off already, which is fine */
}

void domain_destroy(struct domain *d)
{
	if (!d)
		return;
	domain_kill(d);
	if (d->reboot_callback >= 0)
		virConnectDomainEventDeregisterAny(d->conn->vir, d->reboot_callback);
	if (d->lifecycle_callback >= 0)
		virConnectDomainEventDeregisterAny(d->conn->vir, d->lifecycle_callback);
	virDomainFree(d->vir);
	free(d->name);
	free(d);
}

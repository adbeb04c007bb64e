// SPDX-License-Identifier: GPL-2.0-only
#include "vm/domain.h"

#include <fcntl.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <linux/input-event-codes.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/orphans.h"
#include "base/subprocess.h"
#include "vm/qemu_log.h"
#include "vm/sandbox.h"

#define WAKE_MS 100

struct domain_conn {
	virConnectPtr vir;
	char *root;		/* owned; NULL where the user gave a URI */
	bool is_sandboxed;
	char *cache, *stage;	/* owned; the one, the other or both may be NULL */
	pthread_t loop;
	bool has_loop;
	volatile bool is_stopping;
	int wake_timer;
};

struct domain {
	struct domain_conn *conn;	/* borrowed */
	virDomainPtr vir;
	char *name;
	int reboot_callback, lifecycle_callback;
	/* Written by libvirt's event thread. */
	unsigned int reboots;
	int stop_detail;		/* virDomainEventStoppedDetailType, or -1 */
};

/*
 * Ctrl-C at a terminal also ends the processes that libvirt has started.  libvirt's error then only
 * follows from the signal, so the signal is reported.
 */
static int vir_error(struct error *err, enum exit_status status, const char *what)
{
	const char *why = virGetLastErrorMessage();

	if (interrupt_check(err) < 0)
		return -1;
	return error_set(err, status, "libvirt: %s: %s", what, why ? why : "no reason given");
}

static void ignore_error(void *data, virErrorPtr e)
{
	(void)data;	/* errors are returned, not printed by the library */
	(void)e;
}

/*
 * The timer has the loop look at is_stopping.  And libvirt, whose embedded driver detaches each QEMU from us and writes
 * down its number, waits for the end of a process that it does not reap.
 */
static void on_wake(int timer, void *opaque)
{
	const struct domain_conn *conn = opaque;
	_cleanup_free_ char *pattern = conn->root ? xasprintf("%s/run/qemu/*.pid", conn->root) : NULL;

	(void)timer;
	if (pattern)
		orphans_reap_listed(pattern);
}

static void *run_loop(void *opaque)
{
	struct domain_conn *conn = opaque;

	while (!conn->is_stopping)
		virEventRunDefaultImpl();
	return NULL;
}

static int start_loop(struct domain_conn *conn, struct error *err)
{
	if (virEventRegisterDefaultImpl() < 0)
		return vir_error(err, STATUS_USAGE, "cannot start its event loop");
	conn->wake_timer = virEventAddTimeout(WAKE_MS, on_wake, conn, NULL);
	if (pthread_create(&conn->loop, NULL, run_loop, conn) != 0)
		return error_set(err, STATUS_USAGE, "cannot start a thread for libvirt's events");
	conn->has_loop = true;
	return 0;
}

/* The embedded driver's qemu.conf: consoles go to plain files, and no daemon or cgroup is needed. */
static const char qemu_conf[] =
	"stdio_handler = \"file\"\n"
	"security_driver = \"none\"\n"
	"cgroup_controllers = []\n"
	"namespaces = []\n"
	"remember_owner = 0\n"
	"max_core = 0\n"
	"%s%s";

/* The sandbox gives the files to whom it drops to. */
static const char sandbox_conf[] =
	"dynamic_ownership = 0\n"
	"seccomp_sandbox = 1\n";

static int prepare_root(struct domain_conn *conn, struct error *err)
{
	_cleanup_free_ char *etc = xasprintf("%s/etc", conn->root);
	_cleanup_free_ char *path = xasprintf("%s/etc/qemu.conf", conn->root);
	_cleanup_free_ char *text = NULL;

	/* Only root may choose QEMU's user; for anybody else QEMU runs as that user. */
	text = xasprintf(qemu_conf, getuid() == 0 ? "user = \"root\"\ngroup = \"root\"\n" : "",
			 conn->is_sandboxed ? sandbox_conf : "");
	if (dir_make(etc, err) < 0)
		return -1;
	return file_write(path, text, strlen(text), err);
}

/* Copies libvirt's cache of capabilities.  A failure is ignored: it only costs time. */
static int copy_cache(const char *from, const char *to)
{
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *all = xasprintf("%s/.", from);
	const char *argv[] = { "cp", "-a", all, to, NULL };

	if (access(from, F_OK) < 0 || dir_make(to, &ignored) < 0)
		return -1;
	return subprocess_run(argv, SUBPROCESS_SMALL_MS, &ignored);
}

/* The cache is replaced in one step, because other runs read it and a signal may end the copying. */
static void keep_cache(const struct domain_conn *conn)
{
	_cleanup_free_ char *from = xasprintf("%s/cache", conn->root);
	_cleanup_free_ char *aside = xasprintf("%s/libvirt-cache", conn->stage);

	if (copy_cache(from, aside) == 0 && rename(aside, conn->cache) < 0)
		renameat2(AT_FDCWD, aside, AT_FDCWD, conn->cache, RENAME_EXCHANGE);
	dir_remove(aside);
}

static int open_connection(struct domain_conn *conn, const char *uri, struct error *err)
{
	_cleanup_free_ char *embed = NULL;

	if (!uri) {
		_cleanup_free_ char *caps = xasprintf("%s/cache", conn->root);

		if (prepare_root(conn, err) < 0)
			return -1;
		if (conn->cache)
			copy_cache(conn->cache, caps);
		uri = embed = xasprintf("qemu:///embed?root=%s", conn->root);
	}
	conn->vir = virConnectOpen(uri);
	if (!conn->vir)
		return vir_error(err, STATUS_SKIP, uri);
	return 0;
}

/* We return errors.  libvirt prints its own to stderr only where LIBVIRT_LOG_OUTPUTS asks it to. */
static void keep_library_quiet(void)
{
	virSetErrorFunc(NULL, ignore_error);
	setenv("LIBVIRT_LOG_OUTPUTS", "4:file:/dev/null", 0);
}

int domain_connect(const char *uri, const char *root, const char *cache, const char *stage, bool is_sandboxed,
		   struct domain_conn **ret, struct error *err)
{
	struct domain_conn *conn = xcalloc(1, sizeof(*conn));

	conn->wake_timer = -1;
	conn->is_sandboxed = is_sandboxed;
	if (!uri)
		conn->root = xstrdup(root);
	conn->cache = cache ? xstrdup(cache) : NULL;
	conn->stage = stage ? xstrdup(stage) : NULL;
	keep_library_quiet();
	if (start_loop(conn, err) < 0 || open_connection(conn, uri, err) < 0) {
		domain_disconnect(conn);
		return -1;
	}
	*ret = conn;
	return 0;
}

void domain_disconnect(struct domain_conn *conn)
{
	if (!conn)
		return;
	if (conn->vir)
		virConnectClose(conn->vir);
	if (conn->has_loop) {
		conn->is_stopping = true;
		pthread_join(conn->loop, NULL);
	}
	if (conn->wake_timer >= 0)
		virEventRemoveTimeout(conn->wake_timer);
	if (conn->vir && conn->root && conn->cache && conn->stage)
		keep_cache(conn);
	free(conn->root);
	free(conn->cache);
	free(conn->stage);
	free(conn);
}

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

	vir_error(err, STATUS_USAGE, "cannot start the domain");
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
		return vir_error(err, STATUS_USAGE, "cannot save the domain");
	return 0;
}

char *domain_saved_xml(struct domain_conn *conn, const char *path, struct error *err)
{
	char *xml = virDomainSaveImageGetXMLDesc(conn->vir, path, 0);

	if (!xml)
		vir_error(err, STATUS_USAGE, "cannot read the saved domain");
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
		return vir_error(err, STATUS_USAGE, "cannot find the domain that was restored");
	*ret = domain_new(conn, vir);
	return 0;
}

int domain_resume(struct domain *d, struct error *err)
{
	if (virDomainResume(d->vir) < 0)
		return vir_error(err, STATUS_LOST, "cannot let the domain run");
	return 0;
}

pid_t domain_pid(const struct domain *d, struct error *err)
{
	_cleanup_free_ char *path =
		d->conn->root ? xasprintf("%s/run/qemu/%s.pid", d->conn->root, d->name) :
					    xasprintf("/run/libvirt/qemu/%s.pid", d->name);
	_cleanup_free_ char *text = file_read(path, 64, NULL, err);

	return text && atoi(text) > 1 ? sandbox_pid(atoi(text)) : -1;
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
	pid_t pid = domain_pid(d, &unknown);

	if (pid > 0)
		kill(pid, SIGKILL);
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

static char *version_text(unsigned long v)
{
	return xasprintf("%lu.%lu.%lu", v / 1000000, v / 1000 % 1000, v % 1000);
}

char *domain_libvirt_version(void)
{
	unsigned long version = 0;

	keep_library_quiet();	/* this starts the library, which reads its environment then */
	virGetVersion(&version, NULL, NULL);
	return version_text(version);
}

void domain_versions(struct domain_conn *conn, char **ret_libvirt, char **ret_qemu)
{
	unsigned long libvirt = 0, qemu = 0;

	virConnectGetLibVersion(conn->vir, &libvirt);
	virConnectGetVersion(conn->vir, &qemu);
	*ret_libvirt = version_text(libvirt);
	*ret_qemu = version_text(qemu);
}

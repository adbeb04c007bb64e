// SPDX-License-Identifier: GPL-2.0-only
#include "vm/domain_conn.h"

#include <fcntl.h>
#include <libvirt/libvirt.h>
#include <libvirt/virterror.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/orphans.h"
#include "base/subprocess.h"

#define WAKE_MS 50

int domain_vir_error(struct error *err, enum exit_status status, const char *what)
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
 * The timer has the loop look at is_stopping.  And libvirt, whose embedded driver detaches each QEMU from us, a domain's
 * as well as one that it only asks what it can do, waits for the end of a process that it does not reap.
 */
static void on_wake(int timer, void *opaque)
{
	const struct domain_conn *conn = opaque;

	(void)timer;
	if (conn->root)
		orphans_reap();
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
		return domain_vir_error(err, STATUS_USAGE, "cannot start its event loop");
	conn->wake_timer = virEventAddTimeout(WAKE_MS, on_wake, conn, NULL);
	if (pthread_create(&conn->loop, NULL, run_loop, conn) != 0)
		return error_set(err, STATUS_USAGE, "cannot start a thread for libvirt's events");
	conn->has_loop = true;
	return 0;
}

/*
 * The embedded driver's qemu.conf: consoles go to plain files, and no daemon or cgroup is needed.  Without that
 * capability libvirt asks QEMU for a VM's CPU features in a few words in place of some 250 questions, one for each
 * feature (qemuProcessFetchGuestCPU()), which took a second in an L1 of TCG's.
 */
static const char qemu_conf[] =
	"stdio_handler = \"file\"\n"
	"security_driver = \"none\"\n"
	"cgroup_controllers = []\n"
	"namespaces = []\n"
	"remember_owner = 0\n"
	"max_core = 0\n"
	"capability_filters = [ \"cpu-unavailable-features\" ]\n"
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
		return domain_vir_error(err, STATUS_SKIP, uri);
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

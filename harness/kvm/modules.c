// SPDX-License-Identifier: GPL-2.0-only
#include "kvm/modules.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "kvm/kmodule.h"
#include "kvm/modules_params.h"
#include "kvm/modules_put_back.h"
#include "kvm/vendor.h"

struct modules {
	int lock_fd;
	char *path;		/* of the state file */
	struct modules_state state;
};

static void modules_free(struct modules *m)
{
	if (m->lock_fd >= 0)
		close(m->lock_fd);
	modules_state_deinit(&m->state);
	free(m->path);
	free(m);
}

/* Takes the lock.  NULL without an error: another process holds it. */
static struct modules *open_folder(const char *folder, struct error *err)
{
	_cleanup_free_ char *lock = xasprintf("%s/lock", folder);
	struct modules *m;
	int fd;

	if (dir_make(folder, err) < 0)
		return NULL;
	/* Whoever can open it can hold it, and so keep root from putting the modules back. */
	fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	if (fd >= 0 && fchmod(fd, 0600) < 0)
		errno = 0;	/* where it is not ours, flock() still tells */
	if (fd < 0 || flock(fd, LOCK_EX | LOCK_NB) < 0) {
		if (fd < 0 || errno != EWOULDBLOCK)
			error_errno(err, STATUS_USAGE, "cannot lock %s", lock);
		if (fd >= 0)
			close(fd);
		return NULL;
	}
	m = xcalloc(1, sizeof(*m));
	m->lock_fd = fd;
	m->path = modules_state_path(folder);
	return m;
}

static int busy(struct error *err)
{
	return error_set(err, STATUS_USAGE,
			 "another exitmeter has KVM's modules exchanged: wait for it to end; nothing was changed");
}

/* The module that is loaded must be the one in the file. */
static int prove(const char *name, const char *file, struct error *err)
{
	struct kmodule_identity want, got;
	_cleanup_free_ char *want_text = NULL, *got_text = NULL;

	if (kmodule_identity_of_file(file, &want, err) < 0 ||
	    kmodule_identity_of_loaded(name, &got, err) < 0)
		return -1;
	if (kmodule_identity_is_same(&want, &got))
		return 0;
	want_text = kmodule_identity_text(&want);
	got_text = kmodule_identity_text(&got);
	return error_set(err, STATUS_USAGE, "the loaded module %s is not %s: %s, the file has %s", name,
			 file, got_text, want_text);
}

/*
 * A stranger's kvm.ko without this parameter is loaded all the same: whose exits it counts is found out
 * by how it behaves.
 */
static int prove_scope(const char *want, struct error *err)
{
	json_t *params = modules_params_read("kvm");
	const char *got = json_string_value(json_object_get(params, "exitmeter_scope"));
	int rc = 0;

	if (got && strcmp(want, got) != 0)
		rc = error_set(err, STATUS_USAGE, "--scope %s: the loaded kvm.ko says scope %s", want, got);
	json_decref(params);
	return rc;
}

static int insert_patched(const struct modules_request *req, const char *vendor, struct error *err)
{
	_cleanup_free_ char *kvm = xasprintf("%s/kvm.ko", req->dir);
	_cleanup_free_ char *vnd = xasprintf("%s/%s", req->dir,
					     vendor_file(vendor_of_cpu()));
	_cleanup_free_ char *params = xasprintf("%s%s exitmeter_scope=%s",
						req->layout ? "exitmeter_layout=" : "",
						req->layout ? req->layout : "", req->scope);

	if (kmodule_insert(kvm, "kvm", params, err) < 0 || prove("kvm", kvm, err) < 0 ||
	    prove_scope(req->scope, err) < 0)
		return -1;
	modules_step("kvm-in");
	if (kmodule_insert(vnd, "kvm", req->vendor_params, err) < 0 || prove(vendor, vnd, err) < 0)
		return -1;
	modules_step("vendor-in");
	return 0;
}

/* For --modules stock, the kernel's own modules are loaded anew. */
static int insert_stock(const struct modules_request *req, const char *vendor, struct error *err)
{
	_cleanup_free_ char *file = kmodule_stock_file(vendor);

	if (!file)
		return error_set(err, STATUS_SKIP, "this kernel has no module %s", vendor);
	if (kmodule_load(vendor, req->vendor_params, err) < 0)
		return -1;
	return prove(vendor, file, err);
}

static int put_back_and_forget(struct modules *m, struct error *err)
{
	if (modules_put_back(&m->state, err) < 0)
		return error_wrap(err, "cannot put the stock KVM modules back (`exitmeter restore` tries again)");
	unlink(m->path);
	return 0;
}

/* We hold the lock, so the process that wrote this state is dead. */
static int recover_locked(struct modules *m, bool with_kept, bool *ret_did, struct error *err)
{
	int rc = modules_state_read(m->path, &m->state, err);

	if (rc < 0)
		return -1;
	if (rc == 0) {
		unlink(m->path);	/* it is of an earlier boot, if it is there at all */
		return 0;
	}
	if (m->state.is_kept && !with_kept)
		return 0;
	*ret_did = true;
	if (m->state.is_kept) {
		/* If we are killed from here on, the next start finishes the way back. */
		m->state.is_kept = false;
		if (modules_state_write(&m->state, m->path, err) < 0)
			return -1;
		modules_step("restoring");
	}
	return put_back_and_forget(m, err);
}

static int recover(const char *folder, bool with_kept, bool *ret_did, struct error *err)
{
	_cleanup_free_ char *path = modules_state_path(folder);
	struct modules *m;
	int rc;

	*ret_did = false;
	if (access(path, F_OK) < 0)
		return 0;
	if (modules_require_rights(err) < 0) {
		if (with_kept)
			return -1;
		error_clear(err);
		return 0;
	}
	m = open_folder(folder, err);
	if (!m)
		return err->message ? -1 : with_kept ? busy(err) : 0;
	rc = recover_locked(m, with_kept, ret_did, err);
	modules_free(m);
	return rc;
}

int modules_recover(const char *folder, bool *ret_did, struct error *err)
{
	return recover(folder, false, ret_did, err);
}

int modules_recover_kept(const char *folder, bool *ret_did, struct error *err)
{
	return recover(folder, true, ret_did, err);
}

static bool is_all_as_before(const struct modules_state *s)
{
	return kmodule_is_loaded(s->before[0].name) == s->before[0].was_loaded &&
	       kmodule_is_loaded(s->before[1].name) == s->before[1].was_loaded;
}

static int exchange(struct modules *m, const struct modules_request *req, struct error *err)
{
	const char *vendor = m->state.before[1].name;
	int rc = modules_unload_both(&m->state, "vendor-out", "kvm-out", err);

	if (rc < 0 && is_all_as_before(&m->state)) {
		unlink(m->path);
		return error_wrap(err, "nothing was changed");
	}
	if (rc == 0)
		rc = req->dir ? insert_patched(req, vendor, err) : insert_stock(req, vendor, err);
	if (rc < 0) {
		_cleanup_error_ struct error second = { 0 };

		if (put_back_and_forget(m, &second) < 0)
			error_wrap(err, "%s; and before", second.message);
	}
	return rc;
}

static int load_locked(struct modules *m, const struct modules_request *req, struct error *err)
{
	struct modules_state *s = &m->state;
	bool did;

	if (recover_locked(m, false, &did, err) < 0)
		return -1;
	modules_state_deinit(s);
	if (modules_check_present(m->path, vendor_module(vendor_of_cpu()), s, err) < 0)
		return -1;
	s->dir = req->dir ? xstrdup(req->dir) : NULL;
	s->layout = xstrdup(req->layout ? req->layout : "default");
	s->scope = xstrdup(req->scope);
	if (modules_state_write(s, m->path, err) < 0)
		return -1;
	modules_step("saved");
	return exchange(m, req, err);
}

int modules_load(const char *folder, const struct modules_request *req, struct modules **ret,
		 struct error *err)
{
	struct modules *m;

	if (modules_check_possible(req, err) < 0)
		return -1;
	m = open_folder(folder, err);
	if (!m)
		return err->message ? -1 : busy(err);
	if (load_locked(m, req, err) < 0) {
		modules_free(m);
		return -1;
	}
	*ret = m;
	return 0;
}

int modules_restore(struct modules *m, struct error *err)
{
	int rc = put_back_and_forget(m, err);

	modules_free(m);
	return rc;
}

int modules_keep(struct modules *m, struct error *err)
{
	int rc;

	m->state.is_kept = true;
	rc = modules_state_write(&m->state, m->path, err);
	if (rc == 0)
		modules_step("kept");
	else
		put_back_and_forget(m, &(struct error){ 0 });
	modules_free(m);
	return rc;
}

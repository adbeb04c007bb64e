// SPDX-License-Identifier: GPL-2.0-only
#include "host/host_sandbox.h"

#include <fcntl.h>
#include <string.h>

#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "base/text.h"
#include "vm/qemu_wrapper.h"

/* An emulator may write to these two, and make neither of them. */
static int make_log(const char *path, struct error *err)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0644);

	return fd < 0 ? error_errno(err, STATUS_USAGE, "cannot make %s", path) : 0;
}

static void free_files(struct machine_files *own)
{
	for (size_t i = 0; i < ARRAY_SIZE(own->reads); i++)
		free(own->reads[i]);
	for (size_t i = 0; i < ARRAY_SIZE(own->writes); i++)
		free(own->writes[i]);
	free(own->shared);
}

static void list_files(const struct machine_spec *spec, const struct machine_kind *kind,
		       const struct machine_files *own, struct sandbox_files *f)
{
	const char *const reads[] = { spec->kernel, spec->initrd, spec->root, spec->payload, spec->guest_disk };
	const char *const writes[] = { spec->results, spec->console, spec->port };

	for (size_t i = 0; i < ARRAY_SIZE(reads); i++)
		if (reads[i])
			sandbox_add(f->reads, reads[i]);
	for (size_t i = 0; i < ARRAY_SIZE(writes); i++)
		sandbox_add(f->writes, writes[i]);
	for (size_t i = 0; i < ARRAY_SIZE(own->reads) && own->reads[i]; i++)
		sandbox_add(f->reads, own->reads[i]);
	for (size_t i = 0; i < ARRAY_SIZE(own->writes) && own->writes[i]; i++)
		sandbox_add(f->writes, own->writes[i]);
	f->folder = spec->scratch;
	f->shared = own->shared;
	f->device = kind->device;
	/* Libvirt hands QEMU the socket. */
	f->terminal = kind->is_libvirts ? NULL : spec->shell;
	f->memory_mib = spec->memory_mib;
}

/* Tells once what is missing: an L1 host may be started more than once. */
static void note_state(const struct host_run *run, const char *state)
{
	struct evidence *e = run->evidence;

	if (e->sandbox && !strcmp(e->sandbox, state))
		return;
	text_replace(&e->sandbox, xstrdup(state));
	if (strcmp(state, SANDBOX_WHOLE) != 0)
		progress_note(run->progress, "the emulator's sandbox is not whole: %s", state);
}

/* Libvirt has a folder of its own for what QEMU is to find, and QEMU's wrapper finds the script beside it. */
static int make(const struct machine_spec *spec, const struct machine_kind *kind, const struct host_run *run,
		struct machine_files *own, struct sandbox *ret, struct error *err)
{
	const char *dir = kind->is_libvirts ? run->scratch->libvirt_root : spec->scratch;
	struct sandbox_files files = { 0 };

	if (make_log(spec->console, err) < 0 || make_log(spec->port, err) < 0 ||
	    (kind->list_files && kind->list_files(spec, own, err) < 0))
		return -1;
	if (kind->is_libvirts) {
		own->shared = xasprintf("%s/lib/qemu", dir);
		if (dir_make(own->shared, err) < 0)
			return -1;
	}
	list_files(spec, kind, own, &files);
	return sandbox_make(&files, dir, ret, err);
}

/* Without what libvirt takes for QEMU there is no sandbox. */
static int wrap(const struct host_run *run, struct sandbox *s, char **ret_emulator, struct error *err)
{
	_cleanup_error_ struct error no = { 0 };

	*ret_emulator = s->script ? qemu_wrapper_make(run->config->cache, &no) : NULL;
	if (*ret_emulator || !s->script)
		return 0;
	if (interrupt_check(err) < 0)
		return -1;
	text_replace(&s->state, xasprintf("there is none: %s", no.message));
	return 0;
}

int host_sandbox_make(const struct machine_spec *spec, const struct machine_kind *kind, const struct host_run *run,
		      struct sandbox *ret, char **ret_emulator, struct error *err)
{
	struct machine_files own = { 0 };
	int rc;

	*ret_emulator = NULL;
	if (kind->is_libvirts && run->config->libvirt_uri) {
		*ret = (struct sandbox){ .state = xstrdup("QEMU belongs to the libvirt of LIBVIRT_URI, and has what that gives it") };
		note_state(run, ret->state);
		return 0;
	}
	rc = make(spec, kind, run, &own, ret, err);
	free_files(&own);
	if (rc == 0 && kind->is_libvirts)
		rc = wrap(run, ret, ret_emulator, err);
	if (rc == 0)
		note_state(run, ret->state);
	return rc;
}

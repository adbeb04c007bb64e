// SPDX-License-Identifier: GPL-2.0-only
#include "guest/oracle.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "guest/oracle_bpf.h"

#define TRACEFS "/sys/kernel/tracing"
#define EVENT "events/kvm/kvm_exit"
#define HISTOGRAM "hist:keys=exit_reason:size=4096"
#define HISTOGRAM_MAX (1 << 20)

static char *instance_path(const char *id)
{
	return xasprintf(TRACEFS "/instances/exitmeter-%s", id);
}

/* Writing the trigger with a `!` before it removes it.  Only then can the instance be removed. */
static void remove_instance(const char *instance, const char *trigger)
{
	_cleanup_free_ char *path = xasprintf("%s/" EVENT "/trigger", instance);
	_cleanup_free_ char *undo = xasprintf("!%s", trigger);
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd >= 0) {
		if (write(fd, undo, strlen(undo)) < 0)
			errno = 0;	/* rmdir removes what is left */
		close(fd);
	}
	rmdir(instance);
}

static int set_trigger(const char *instance, const char *trigger, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/" EVENT "/trigger", instance);
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return error_errno(err, STATUS_SKIP, "there is no oracle: %s", path);
	if (write(fd, trigger, strlen(trigger)) != (ssize_t)strlen(trigger))
		return error_errno(err, STATUS_SKIP,
				   "there is no oracle: this kernel takes no histogram trigger");
	return 0;
}

static int start_histogram(const char *id, pid_t except, struct oracle *ret, struct error *err)
{
	_cleanup_free_ char *instance = instance_path(id);
	_cleanup_free_ char *trigger = except ?
		xasprintf(HISTOGRAM " if common_pid != %d", (int)except) : xstrdup(HISTOGRAM);

	if (mkdir(instance, 0700) < 0)
		return error_errno(err, STATUS_SKIP, "there is no oracle: cannot make %s", instance);
	if (set_trigger(instance, trigger, err) < 0) {
		rmdir(instance);
		return -1;
	}
	ret->instance = take_ptr(instance);
	ret->trigger = take_ptr(trigger);
	return 0;
}

int oracle_start(const char *id, pid_t except, struct oracle *ret, struct error *err)
{
	_cleanup_error_ struct error none = { 0 };

	*ret = (struct oracle){ 0 };
	if (start_histogram(id, except, ret, &none) == 0)
		return 0;
	ret->bpf = oracle_bpf_start(TRACEFS "/" EVENT, except, err);
	return ret->bpf ? 0 : -1;
}

char *oracle_read(const struct oracle *o, size_t *ret_len, struct error *err)
{
	_cleanup_free_ char *from = NULL;

	if (o->bpf)
		return oracle_bpf_read(o->bpf, ret_len);
	if (!o->instance) {
		error_set(err, STATUS_SKIP, "there is no oracle");
		return NULL;
	}
	from = xasprintf("%s/" EVENT "/hist", o->instance);
	return file_read(from, HISTOGRAM_MAX, ret_len, err);
}

int oracle_save(const struct oracle *o, const char *path, struct error *err)
{
	_cleanup_free_ char *text = NULL;
	size_t len;

	if (!o->instance && !o->bpf)
		return 0;
	text = oracle_read(o, &len, err);
	return text ? file_write(path, text, len, err) : -1;
}

void oracle_stop(struct oracle *o)
{
	oracle_bpf_stop(o->bpf);
	o->bpf = NULL;
	if (!o->instance)
		return;
	remove_instance(o->instance, o->trigger);
	free(o->instance);
	free(o->trigger);
	o->instance = o->trigger = NULL;
}

void oracle_sweep(const char *id)
{
	_cleanup_free_ char *instance = instance_path(id);

	if (access(instance, F_OK) == 0)
		remove_instance(instance, HISTOGRAM);
}

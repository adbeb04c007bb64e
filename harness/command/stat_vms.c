// SPDX-License-Identifier: GPL-2.0-only
#include "command/stat_vms.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/printable.h"
#include "base/text.h"
#include "evidence/file_names.h"
#include "guest/vm_counters.h"
#include "kvm/kvm_holders.h"

#define COUNTERS "exitmeter"

const char *stat_debugfs(void)
{
	const char *place = getenv("EXITMETER_DEBUGFS");

	return place ? place : "/sys/kernel/debug";
}

int stat_refuse(int number, const char *path, bool is_root, struct error *err)
{
	if (number == EACCES && !is_root)
		return error_set(err, STATUS_SKIP, "only root may read %s: run it with sudo", path);
	if (number == EPERM)
		return error_set(err, STATUS_SKIP,
				 "the kernel forbids to read %s: its lockdown closes debugfs "
				 "(/sys/kernel/security/lockdown), and opens it when Secure Boot is off",
				 path);
	errno = number;
	return error_errno(err, STATUS_SKIP, "cannot read %s", path);
}

static bool is_empty(DIR *d)
{
	struct dirent *e;

	while ((e = readdir(d)))
		if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
			return false;
	return true;
}

/* The folder where debugfs is mounted is there without it, too, but empty. */
static int check_mount(const char *debugfs, struct error *err)
{
	DIR *d = opendir(debugfs);
	bool is_mounted = d && !is_empty(d);
	int number = d ? ENOENT : errno;

	if (d)
		closedir(d);
	if (is_mounted)
		return 0;
	if (number != ENOENT)
		return stat_refuse(number, debugfs, geteuid() == 0, err);
	return error_set(err, STATUS_SKIP, "debugfs is not mounted at %s: mount -t debugfs debugfs %s", debugfs,
			 debugfs);
}

/* NULL without an error: KVM is not loaded. */
static DIR *open_kvm(const char *debugfs, bool *is_loaded, struct error *err)
{
	_cleanup_free_ char *path = xasprintf("%s/kvm", debugfs);
	DIR *d;

	if (check_mount(debugfs, err) < 0)
		return NULL;
	d = opendir(path);
	*is_loaded = d || errno != ENOENT;
	if (!d && *is_loaded)
		stat_refuse(errno, path, geteuid() == 0, err);
	return d;
}

/* A VM's folder is PID-FD. */
static bool parse_folder(const char *name, struct stat_vm *ret)
{
	int len = 0;

	return isdigit((unsigned char)name[0]) && sscanf(name, "%d-%d%n", &ret->pid, &ret->fd, &len) == 2 && !name[len];
}

static char *name_of(pid_t pid)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/cmdline", pid);
	_cleanup_error_ struct error ignored = { 0 };
	size_t len = 0;
	_cleanup_free_ char *words = file_read(path, 1 << 20, &len, &ignored);

	return words ? kvm_holders_vm_name(words, len) : NULL;
}

static bool is_wanted(const struct stat_vm *vm, const char *wanted)
{
	_cleanup_free_ char *pid = xasprintf("%d", vm->pid), *folder = xasprintf("%d-%d", vm->pid, vm->fd);

	return !wanted || !strcmp(wanted, pid) || !strcmp(wanted, folder) || (vm->name && !strcmp(wanted, vm->name));
}

enum reading { READ, NOT_THERE, FAILED };

/* A VM whose modules are stock has the folder of a vCPU, and no counters. */
static enum reading refuse_stock(const char *folder, struct error *err)
{
	_cleanup_free_ char *vcpu = xasprintf("%s/vcpu0", folder);

	if (access(vcpu, F_OK) < 0)
		return NOT_THERE;
	error_set(err, STATUS_SKIP,
		  "the KVM modules that are loaded are not the patched ones: there is no %s/" COUNTERS
		  "; shut down the VMs, and `make reload` loads the patched ones",
		  folder);
	return FAILED;
}

static enum reading read_counters(const char *folder, struct stat_vm *vm, struct error *err)
{
	struct vm_counters source = { .fd = -1, .debugfs = (char *)folder };
	_cleanup_free_ char *path = xasprintf("%s/" COUNTERS, folder), *text = NULL;
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	_cleanup_error_ struct error gone = { 0 };
	size_t len;

	if (fd < 0 && errno == ENOENT)
		return refuse_stock(folder, err);
	if (fd < 0) {
		stat_refuse(errno, path, geteuid() == 0, err);
		return FAILED;
	}
	text = vm_counters_read(&source, COUNTERS, &len, &gone);
	if (!text)
		return NOT_THERE;
	vm->ms = now_ms();
	if (host_counters_parse(text, len, &vm->counters, err) == 0)
		return READ;
	error_wrap(err, "%s", path);
	return FAILED;
}

static void free_vm(struct stat_vm *vm)
{
	free(vm->name);
	free(vm);
}

static void note_other(struct stat_vms *vms, const struct stat_vm *vm)
{
	_cleanup_free_ char *name = printable_copy(vm->name ? vm->name : "without a name");

	text_join(&vms->others, ", ", "%s (process %d)", name, vm->pid);
}

static int take(const char *debugfs, const char *entry, const char *wanted, struct stat_vms *vms, struct error *err)
{
	_cleanup_free_ char *folder = xasprintf("%s/kvm/%s", debugfs, entry);
	struct stat_vm *vm = xcalloc(1, sizeof(*vm));
	enum reading reading = NOT_THERE;

	if (parse_folder(entry, vm)) {
		vm->name = name_of(vm->pid);
		if (is_wanted(vm, wanted))
			reading = read_counters(folder, vm, err);
		else
			note_other(vms, vm);
	}
	if (reading != READ) {
		free_vm(vm);
		return reading == FAILED ? -1 : 0;
	}
	vms->vm = xrealloc(vms->vm, (vms->count + 1) * sizeof(*vms->vm));
	vms->vm[vms->count++] = vm;
	return 0;
}

static int by_process(const void *left, const void *right)
{
	const struct stat_vm *a = *(struct stat_vm *const *)left, *b = *(struct stat_vm *const *)right;

	return a->pid != b->pid ? (a->pid > b->pid) - (a->pid < b->pid) : (a->fd > b->fd) - (a->fd < b->fd);
}

int stat_vms_read(const char *debugfs, const char *wanted, struct stat_vms *ret, struct error *err)
{
	struct dirent *e;
	int rc = 0;
	DIR *d;

	memset(ret, 0, sizeof(*ret));
	ret->is_kvm_loaded = true;
	d = open_kvm(debugfs, &ret->is_kvm_loaded, err);
	if (!d)
		return ret->is_kvm_loaded ? -1 : 0;
	while (rc == 0 && (e = readdir(d)))
		rc = take(debugfs, e->d_name, wanted, ret, err);
	closedir(d);
	if (rc < 0)
		stat_vms_deinit(ret);
	if (ret->count)
		qsort(ret->vm, ret->count, sizeof(ret->vm[0]), by_process);
	return rc;
}

const struct stat_vm *stat_vms_find(const struct stat_vms *vms, const struct stat_vm *vm)
{
	for (unsigned int i = 0; i < vms->count; i++)
		if (vms->vm[i]->pid == vm->pid && vms->vm[i]->fd == vm->fd)
			return vms->vm[i];
	return NULL;
}

void stat_vms_deinit(struct stat_vms *vms)
{
	for (unsigned int i = 0; i < vms->count; i++)
		free_vm(vms->vm[i]);
	free(vms->vm);
	free(vms->others);
	memset(vms, 0, sizeof(*vms));
}

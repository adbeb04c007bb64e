// SPDX-License-Identifier: GPL-2.0-only
#include "guest/vm_counters.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/syscall.h>

#include "base/file.h"
#include "base/memory.h"

#define COUNTERS_MAX (1 << 20)

/* Returns the number of the process's descriptor that is a KVM VM, or -1. */
static int find_vm_fd(pid_t pid)
{
	_cleanup_free_ char *dir = xasprintf("/proc/%d/fd", pid);
	DIR *d = opendir(dir);
	struct dirent *e;
	int found = -1;

	while (d && found < 0 && (e = readdir(d))) {
		_cleanup_free_ char *link = xasprintf("%s/%s", dir, e->d_name);
		char target[64];
		ssize_t n = readlink(link, target, sizeof(target) - 1);

		target[n < 0 ? 0 : n] = '\0';
		if (!strcmp(target, "anon_inode:kvm-vm"))
			found = atoi(e->d_name);
	}
	if (d)
		closedir(d);
	return found;
}

static int copy_fd(pid_t pid, int fd, struct error *err)
{
	_cleanup_close_ int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
	int copy = pidfd < 0 ? -1 : (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);

	if (copy < 0)
		return error_errno(err, STATUS_USAGE, "cannot hold the VM of process %d", pid);
	return copy;
}

int vm_counters_hold(pid_t pid, struct vm_counters *ret, struct error *err)
{
	int fd = find_vm_fd(pid);

	ret->fd = -1;
	ret->debugfs = NULL;
	if (fd < 0)
		return error_set(err, STATUS_USAGE,
				 "QEMU (process %d) has no KVM VM: it runs without KVM", pid);
	ret->fd = copy_fd(pid, fd, err);
	if (ret->fd < 0)
		return -1;
	ret->debugfs = xasprintf("/sys/kernel/debug/kvm/%d-%d", pid, fd);
	return 0;
}

char *vm_counters_read(const struct vm_counters *vm, const char *name, size_t *ret_len, struct error *err)
{
	_cleanup_free_ char *from = xasprintf("%s/%s", vm->debugfs, name);

	if (access(from, R_OK) < 0) {
		error_errno(err, STATUS_SKIP, "no %s", from);
		return NULL;
	}
	return file_read(from, COUNTERS_MAX, ret_len, err);
}

int vm_counters_save(const struct vm_counters *vm, const char *name, const char *path, struct error *err)
{
	size_t len;
	_cleanup_free_ char *text = vm_counters_read(vm, name, &len, err);

	return text ? file_write(path, text, len, err) : -1;
}

uint64_t vm_counters_exits(const struct vm_counters *vm)
{
	_cleanup_free_ char *path = xasprintf("%s/exits", vm->debugfs);
	_cleanup_error_ struct error absent = { 0 };
	_cleanup_free_ char *text = file_read(path, 64, NULL, &absent);

	return text ? strtoull(text, NULL, 10) : 0;
}

void vm_counters_release(struct vm_counters *vm)
{
	if (vm->fd >= 0)
		close(vm->fd);
	vm->fd = -1;
	free(vm->debugfs);
	vm->debugfs = NULL;
}

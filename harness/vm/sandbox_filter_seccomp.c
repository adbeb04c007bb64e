// SPDX-License-Identifier: GPL-2.0-only
#include "vm/sandbox_filter.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "base/memory.h"

/* By name, because a C library may be older than the kernel's call; what libseccomp does not know is left out. */
static const char *const refused[] = {
	/* other roots and namespaces */
	"unshare", "setns", "mount", "umount", "umount2", "pivot_root", "chroot", "fsopen", "fsconfig", "fsmount",
	"fspick", "move_mount", "open_tree", "mount_setattr", "open_by_handle_at", "name_to_handle_at", "quotactl",
	"quotactl_fd", "fanotify_init", "swapon", "swapoff", "acct", "mknod", "mknodat",
	/* other processes */
	"ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd",
	/* what the kernel keeps for others, and what it is told to do */
	"add_key", "request_key", "keyctl", "bpf", "perf_event_open", "userfaultfd", "io_uring_setup",
	"io_uring_enter", "io_uring_register", "init_module", "finit_module", "delete_module", "kexec_load",
	"kexec_file_load", "reboot", "syslog", "iopl", "ioperm", "modify_ldt", "vhangup", "lookup_dcookie",
	"sethostname", "setdomainname", "settimeofday", "clock_settime", "adjtimex", "clock_adjtime",
};

static int refuse_calls(scmp_filter_ctx filter)
{
	for (size_t i = 0; i < ARRAY_SIZE(refused); i++) {
		int call = seccomp_syscall_resolve_name(refused[i]);

		if (call != __NR_SCMP_ERROR && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0) < 0)
			return -1;
	}
	return 0;
}

/* A filter cannot see the flags of clone3(), so that is said not to exist, and programs take clone(). */
static int refuse_new_namespaces(scmp_filter_ctx filter)
{
	static const unsigned int flags[] = {
		CLONE_NEWUSER, CLONE_NEWNS, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC, CLONE_NEWUTS, CLONE_NEWCGROUP,
	};
	int clone3 = seccomp_syscall_resolve_name("clone3");

	for (size_t i = 0; i < ARRAY_SIZE(flags); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
				     SCMP_A0(SCMP_CMP_MASKED_EQ, flags[i], flags[i])) < 0)
			return -1;
	return clone3 == __NR_SCMP_ERROR ? 0 : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), clone3, 0);
}

/* No namespace holds AF_VSOCK, which leads to the hypervisor; a terminal's input could be typed for its user. */
static int refuse_ways_out(scmp_filter_ctx filter)
{
	static const struct scmp_arg_cmp other = { .arg = 0, .op = SCMP_CMP_NE, .datum_a = AF_UNIX };
	static const unsigned int asks[] = { TIOCSTI, TIOCLINUX };

	if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(socket), 1, other) < 0)
		return -1;
	/* The kernel takes the lower half of what is asked, and the filter sees all of it. */
	for (size_t i = 0; i < ARRAY_SIZE(asks); i++)
		if (seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
				     SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, asks[i])) < 0)
			return -1;
	return 0;
}

int sandbox_filter_write(const char *path, struct error *err)
{
	_cleanup_close_ int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
	int rc = -1;

	if (fd < 0)
		error_errno(err, STATUS_USAGE, "cannot write %s", path);
	else if (!filter || refuse_calls(filter) < 0 || refuse_new_namespaces(filter) < 0 ||
		 refuse_ways_out(filter) < 0 || seccomp_export_bpf(filter, fd) < 0)
		error_set(err, STATUS_USAGE, "libseccomp cannot make the emulator's filter");
	else
		rc = 0;
	seccomp_release(filter);
	return rc;
}

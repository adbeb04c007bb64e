// SPDX-License-Identifier: GPL-2.0-only
/* What each operation does.  What it needs is prepared before the first reading, and given back after the second. */
#include "probe.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#define PAGE_BYTES 4096
#define PCI_CONFIG "/sys/bus/pci/devices/0000:00:00.0/config"
#define DISK_FILE "/var/tmp/exitmeter-operation"
/* As the kernel's headers have them, which musl's compiler does not find. */
#define TMPFS_MAGIC 0x01021994
#define RAMFS_MAGIC 0x858458f6
#define MEMBARRIER_CMD_PRIVATE_EXPEDITED (1 << 3)
#define MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED (1 << 4)
#define MSR_APIC_BASE 0x1b	/* each vendor's KVM intercepts it */

/* One line on the console, of CONSOLE_BYTES with its end. */
#define CONSOLE_LINE "exitmeter: these words are the operation of console output.\n"
#define CONSOLE_BYTES (sizeof(CONSOLE_LINE) - 1)

static const unsigned int times[EM_OPS] = {
	[EM_OP_READINGS] = 1, [EM_OP_IDLE] = 1, [EM_OP_CPUID] = 1000, [EM_OP_PORT] = 400, [EM_OP_FAULT] = 8192,
	[EM_OP_TIMER] = 100, [EM_OP_CONSOLE] = 4 * CONSOLE_BYTES, [EM_OP_FORK] = 10, [EM_OP_FSYNC] = 20,
	[EM_OP_IPI] = 100, [EM_OP_MSR] = 200, [EM_OP_RDTSC] = 1000, [EM_OP_HYPERCALL] = 200,
};

static int fd = -1;
static volatile char *memory = MAP_FAILED;
static pthread_t busy;
static bool is_busy;		/* busy runs, and is told to end by being set to false */

static void nap(long ns)
{
	struct timespec ts = { .tv_sec = ns / 1000000000, .tv_nsec = ns % 1000000000 };

	nanosleep(&ts, NULL);
}

/* The number of a hypercall that no KVM knows; and none is allowed to a program. */
static void hypercall(enum em_vendor vendor)
{
	unsigned long a = ~0ul;

	if (vendor == EM_SVM)
		__asm__ volatile("vmmcall" : "+a"(a) : : "memory");
	else
		__asm__ volatile("vmcall" : "+a"(a) : : "memory");
}

/* A child tries it, since a machine without a hypervisor kills whoever does. */
static bool knows_hypercall(enum em_vendor vendor)
{
	pid_t child = vendor == EM_UNKNOWN ? -1 : fork();
	int how = 1;

	if (!child) {
		hypercall(vendor);
		_exit(0);
	}
	return child > 0 && waitpid(child, &how, 0) == child && !how;
}

static enum em_op_why open_device(const char *path, int flags)
{
	fd = open(path, flags | O_CLOEXEC | O_NOCTTY);
	return fd < 0 ? EM_OP_NO_DEVICE : EM_OP_DONE;
}

/* A file in memory is no disk's. */
static enum em_op_why open_disk(void)
{
	struct statfs fs;

	if (statfs("/var/tmp", &fs) < 0 || fs.f_type == TMPFS_MAGIC || fs.f_type == RAMFS_MAGIC)
		return EM_OP_NO_DISK;
	fd = open(DISK_FILE, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	return fd < 0 ? EM_OP_REFUSED : EM_OP_DONE;
}

static void *keep_busy(void *argument)
{
	(void)argument;
	(void)probe_pin(1);
	while (__atomic_load_n(&is_busy, __ATOMIC_RELAXED))
		;
	return NULL;
}

/* A CPU that runs another thread of this process is interrupted by a membarrier. */
static enum em_op_why begin_ipi(void)
{
	if (probe_cpus() < 2)
		return EM_OP_ONE_CPU;
	if (syscall(SYS_membarrier, MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED, 0, 0) < 0)
		return EM_OP_REFUSED;
	is_busy = true;
	if (pthread_create(&busy, NULL, keep_busy, NULL)) {
		is_busy = false;
		return EM_OP_REFUSED;
	}
	nap(20000000);		/* until it runs there */
	return EM_OP_DONE;
}

enum em_op_why probe_op_begin(enum em_op op, enum em_vendor vendor, unsigned int *ret_n)
{
	*ret_n = times[op];
	switch (op) {
	case EM_OP_PORT:
		return open_device(PCI_CONFIG, O_RDONLY);
	case EM_OP_CONSOLE:
		return open_device("/dev/console", O_WRONLY);
	case EM_OP_MSR:
		return open_device("/dev/cpu/0/msr", O_RDONLY);
	case EM_OP_FSYNC:
		return open_disk();
	case EM_OP_IPI:
		return begin_ipi();
	case EM_OP_HYPERCALL:
		return knows_hypercall(vendor) ? EM_OP_DONE : EM_OP_REFUSED;
	case EM_OP_FAULT:
		memory = mmap(NULL, times[op] * PAGE_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		return memory == MAP_FAILED ? EM_OP_REFUSED : EM_OP_DONE;
	default:
		return EM_OP_DONE;
	}
}

static void fork_and_exec(void)
{
	pid_t child = fork();

	if (!child) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		execl("/proc/self/exe", "probe", "--help", (char *)NULL);
		_exit(1);
	}
	if (child > 0)
		waitpid(child, NULL, 0);
}

static void write_and_sync(void)
{
	static char page[PAGE_BYTES];	/* what is in it does not matter */

	if (write(fd, page, sizeof(page)) == sizeof(page))
		(void)!fsync(fd);
}

static void read_msr(void)
{
	uint64_t value;

	(void)!pread(fd, &value, sizeof(value), MSR_APIC_BASE);
}

/*
 * The kernel writes the address to port 0xcf8, and reads the word from port 0xcfc.  A kernel without /dev/port
 * does so too, and one that is locked down.
 */
static void access_two_ports(void)
{
	uint32_t word;

	(void)!pread(fd, &word, sizeof(word), 0);
}

static void write_console(unsigned int bytes)
{
	for (unsigned int at = 0; at < bytes; at += CONSOLE_BYTES)
		(void)!write(fd, CONSOLE_LINE, CONSOLE_BYTES);
	(void)tcdrain(fd);
}

static void do_once(enum em_op op, enum em_vendor vendor, unsigned int i)
{
	switch (op) {
	case EM_OP_IDLE:
		nap(1000000000);
		break;
	case EM_OP_CPUID:
		probe_cpuid(0, 0);
		break;
	case EM_OP_PORT:
		if (i % 2)
			access_two_ports();
		break;
	case EM_OP_FAULT:
		memory[(size_t)i * PAGE_BYTES] = 1;
		break;
	case EM_OP_TIMER:
		nap(1000000);
		break;
	case EM_OP_FORK:
		fork_and_exec();
		break;
	case EM_OP_FSYNC:
		write_and_sync();
		break;
	case EM_OP_IPI:
		(void)syscall(SYS_membarrier, MEMBARRIER_CMD_PRIVATE_EXPEDITED, 0, 0);
		break;
	case EM_OP_MSR:
		read_msr();
		break;
	case EM_OP_RDTSC:
		(void)probe_tsc();
		break;
	case EM_OP_HYPERCALL:
		hypercall(vendor);
		break;
	default:
		break;
	}
}

void probe_op_do(enum em_op op, enum em_vendor vendor, unsigned int n)
{
	if (op == EM_OP_CONSOLE) {
		write_console(n);
		return;
	}
	for (unsigned int i = 0; i < n; i++)
		do_once(op, vendor, i);
}

void probe_op_end(enum em_op op)
{
	if (op == EM_OP_IPI && is_busy) {
		__atomic_store_n(&is_busy, false, __ATOMIC_RELAXED);
		pthread_join(busy, NULL);
	}
	if (op == EM_OP_FAULT)
		munmap((void *)memory, times[op] * PAGE_BYTES);
	if (fd >= 0)
		close(fd);
	fd = -1;
	if (op == EM_OP_FSYNC)
		unlink(DISK_FILE);
}

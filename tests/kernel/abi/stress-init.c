// SPDX-License-Identifier: GPL-2.0-only
/*
 * The init of a machine that tries what happens at once: vCPUs that count and ask
 * together, VMs and vCPUs that come and go, readers of files that vanish. What was
 * counted must be exact, and the kernel must have nothing to say of it. Prints a
 * line "ok: ..." or "FAIL: ..." a check, "done" at the end, and powers off.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"
#include "vm.h"

#define KMEMLEAK "/sys/kernel/debug/kmemleak"
#define LEAK_AGE_S 6		/* kmemleak passes over what is younger than 5 s */
#define OPENS 1000
#define ROUNDS 3
#define CPUIDS 10000

static void check_exact(const struct vm *vm, uint64_t cpuids, uint64_t halts, const char *when)
{
	struct host_figures host;

	vm_host_figures(vm, &host);
	check(host.low[vendor.cpuid] == cpuids && host.low[vendor.hlt] == halts,
	      "%s: %" PRIu64 " CPUID and %" PRIu64 " HLT exits, made were %" PRIu64 " and %" PRIu64, when,
	      host.low[vendor.cpuid], host.low[vendor.hlt], cpuids, halts);
	check(host.exits == host.stat_exits && host.exits == host.sum_exits && host.cycles == host.sum_cycles,
	      "%s: %" PRIu64 " exits, KVM's statistic has %" PRIu64 ", the reasons' sum is %" PRIu64, when,
	      host.exits, host.stat_exits, host.sum_exits);
}

/*
 * A VM that does nothing but be there.  Without it the first VM and the last one would have the kernel patch the
 * static key of its preempt notifiers, which emulated CPUs do not bear: images/README.md, ERRATA, Q4.
 */
static struct vm bystander;

/* All vCPUs ask for the count that all of them raise. */
static void check_vcpus(void)
{
	struct vm vm;

	vm_create(&vm, VM_MAX_VCPUS);
	for (int i = 0; i < ROUNDS; i++)
		vm_ask_all(&vm, CPUIDS, 0x4ffffffdu, vendor.cpuid);
	check_exact(&vm, ROUNDS * VM_MAX_VCPUS * CPUIDS, ROUNDS * VM_MAX_VCPUS, "4 vCPUs that ask at once");
	vm_destroy(&vm);
}

static void *spin_first(void *argument)
{
	vm_spin(argument, 0, CPUIDS);
	return NULL;
}

/* vCPUs that are added while others run and the file is read. */
static void check_hotplug(void)
{
	struct host_figures host;
	pthread_t thread;
	struct vm vm;

	vm_create(&vm, 1);
	if (pthread_create(&thread, NULL, spin_first, &vm))
		give_up("starting a vCPU's thread");
	for (int i = 1; i < VM_MAX_VCPUS; i++) {
		vm_add_vcpu(&vm);
		vm_host_figures(&vm, &host);
		vm_spin(&vm, i, 100);
	}
	pthread_join(thread, NULL);
	check(host.vcpus == VM_MAX_VCPUS, "vCPUs were added while one ran: %d", host.vcpus);
	check_exact(&vm, CPUIDS + 100 * (VM_MAX_VCPUS - 1), VM_MAX_VCPUS, "vCPUs added while one runs");
	vm_destroy(&vm);
}

/*
 * And one that is taken away while another runs, with what it counted kept; then it is the VM that goes,
 * and a file of it that is still open.
 */
static void check_unplug(void)
{
	struct host_figures host;
	char path[64], text[64];
	pthread_t thread;
	struct vm vm;
	int fd;

	vm_create(&vm, 2);
	if (pthread_create(&thread, NULL, spin_first, &vm))
		give_up("starting a vCPU's thread");
	vm_spin(&vm, 1, 100);
	vm_close_vcpu(&vm, 1);
	vm_host_figures(&vm, &host);
	pthread_join(thread, NULL);
	check_exact(&vm, CPUIDS + 100, 2, "a vCPU unplugged while one runs");

	vm_host_path(&vm, "exitmeter", path, sizeof(path));
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || read(fd, text, sizeof(text)) != sizeof(text))
		give_up("reading %s", path);
	vm_destroy(&vm);
	check(read(fd, text, sizeof(text)) < 0 && lseek(fd, 0, SEEK_SET) < 0 && write(fd, "reset", 5) < 0,
	      "a file of a VM that is gone is neither read nor written");
	close(fd);
}

static volatile bool stop;
static unsigned long destroyed;

static void *create_and_destroy(void *argument)
{
	struct vm vm;

	while (!stop) {
		vm_create(&vm, 2);
		vm_spin_all(&vm, 5);
		vm_destroy(&vm);
		__atomic_fetch_add(&destroyed, 1, __ATOMIC_RELAXED);
	}
	return argument;
}

/* Opened, read in pieces, perhaps reset, closed; a VM that goes meanwhile cuts it off. */
static bool open_read_close(const char *path, bool with_reset)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	char text[64];
	ssize_t n;

	if (fd < 0)
		return false;
	while ((n = read(fd, text, sizeof(text))) > 0)
		;
	if (n == 0 && with_reset && write(fd, "reset", 5) < 0)
		n = -1;
	close(fd);
	return n == 0;
}

static void check_readers(void)
{
	unsigned int opened = 0, whole = 0;
	pthread_t threads[2];
	char stays[64];
	glob_t found;

	vm_host_path(&bystander, "exitmeter", stays, sizeof(stays));

	for (int i = 0; i < 2; i++)
		if (pthread_create(&threads[i], NULL, create_and_destroy, NULL))
			give_up("starting a thread of VMs");
	while (opened < OPENS) {
		if (glob("/sys/kernel/debug/kvm/*-*/exitmeter", 0, NULL, &found))
			continue;
		for (size_t i = 0; i < found.gl_pathc; i++) {
			if (!strcmp(found.gl_pathv[i], stays))
				continue;
			whole += open_read_close(found.gl_pathv[i], opened++ % 4 == 0);
		}
		globfree(&found);
		open_read_close("/sys/kernel/debug/kvm/exitmeter", false);
	}
	stop = true;
	for (int i = 0; i < 2; i++)
		pthread_join(threads[i], NULL);
	check(whole > 0 && destroyed > 10, "%u times opened, read and closed, %u whole, while %lu VMs were destroyed",
	      opened, whole, destroyed);
}

static void check_sum(void)
{
	struct host_figures host;
	uint64_t want = ROUNDS * VM_MAX_VCPUS * CPUIDS + CPUIDS + 100 * (VM_MAX_VCPUS - 1) +
			CPUIDS + 100 + destroyed * 2 * 5;

	vm_host_figures(NULL, &host);
	check(host.low[vendor.cpuid] == want && host.vcpus == 0 && host.exits == host.sum_exits &&
	      host.cycles == host.sum_cycles, "all VMs together made %" PRIu64 " CPUIDs, wanted %" PRIu64,
	      host.low[vendor.cpuid], want);
}

static void tell_kmemleak(const char *word)
{
	int fd = open(KMEMLEAK, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, word, strlen(word)) < 0)
		give_up("writing %s to " KMEMLEAK, word);
	close(fd);
}

/* Only a kernel made to find leaks (build-debug) has it.  What leaked before KVM came is not KVM's. */
static bool begin_leaks(void)
{
	if (access(KMEMLEAK, F_OK))
		return false;
	tell_kmemleak("scan");
	tell_kmemleak("clear");
	return true;
}

/* Two scans: an object whose pointer moved during the first is taken for leaked. */
static void check_leaks(void)
{
	static char text[4096];
	ssize_t n;
	int fd;

	sleep(LEAK_AGE_S);
	tell_kmemleak("scan");
	tell_kmemleak("scan");
	fd = open(KMEMLEAK, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || (n = read(fd, text, sizeof(text) - 1)) < 0)
		give_up("reading " KMEMLEAK);
	close(fd);
	check(n == 0, "kmemleak has found what nobody frees: %s", n ? text : "nothing");
}

static void check_kernel_log(void)
{
	static const char *const bad[] = {
		"cut here", "BUG:", "INFO: ", "Call Trace", "Oops", "WARNING: possible", "WARNING: suspicious",
		"refcount_t:", "suspected memory leaks", "UBSAN:",
	};

	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		unsigned int n = count_in_log(bad[i]);

		check(n == 0, "the kernel's log has %u times '%s'", n, bad[i]);
	}
}

int main(void)
{
	bool with_leaks;

	machine_start();
	with_leaks = begin_leaks();
	kvm_load("");
	vm_create(&bystander, 0);
	check_vcpus();
	check_hotplug();
	check_unplug();
	check_readers();
	check_sum();
	vm_destroy(&bystander);
	kvm_unload();
	if (with_leaks)
		check_leaks();
	check_kernel_log();
	printf("done\n");
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * Two programs in one. As the init of a machine whose TSC counts instructions (QEMU's -icount shift=0):
 * boots /vmlinuz as a guest, with /guest.cpio, twice, and prints
 *
 *	boot exits N instructions N		by KVM's statistic; executed by guest, KVM and this program
 *	reason NUMBER exits N			of the second boot, by a histogram of kvm_exit
 *
 * and "done". As the init of that guest, which has a file /guest: ends the boot.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/io.h>
#include <time.h>
#include <unistd.h>

#include "linux-vm.h"
#include "machine.h"
#include "vm.h"

#define EVENT "/sys/kernel/tracing/events/kvm/kvm_exit/"
#define HISTOGRAM "hist:keys=exit_reason:size=256"
#define MOST_SECONDS 120	/* of the machine's clock */

static int be_guest(void)
{
	if (ioperm(LINUX_VM_END_PORT, 1, 1))
		return 1;
	outb(1, LINUX_VM_END_PORT);
	return 1;
}

static uint64_t thread_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static struct linux_vm vm;

/* Between two KVM_RUNs as well as in one. */
static void on_alarm(int number)
{
	(void)number;
	vm.run->immediate_exit = 1;
}

/* Time asleep, while the guest is idle, is no instruction. */
static void boot(bool print)
{
	uint64_t begun;

	linux_vm_create(&vm, "/vmlinuz", "/guest.cpio",
			"earlyprintk=serial,ttyS0,115200,keep loglevel=4 panic=-1 reboot=t nokaslr "
			"nolapic nohz=off highres=off lpj=1000");
	alarm(MOST_SECONDS);
	begun = thread_ns();
	if (!linux_vm_boot(&vm)) {
		printf("FAIL: the guest came to a bad end (userspace exit %u); its console:\n%s\n",
		       vm.run->exit_reason, vm.console);
	} else if (print) {
		begun = thread_ns() - begun;
		printf("boot exits %" PRIu64 " instructions %" PRIu64 "\n", linux_vm_exits(&vm), begun);
	}
	linux_vm_destroy(&vm);
}

static void trace(void)
{
	int fd = open(EVENT "trigger", O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, HISTOGRAM, strlen(HISTOGRAM)) < 0)
		give_up("writing %s to %strigger", HISTOGRAM, EVENT);
	close(fd);
}

static void print_histogram(void)
{
	FILE *file = fopen(EVENT "hist", "re");
	unsigned long reason, hits;
	char line[256];

	if (!file)
		give_up("opening %shist", EVENT);
	while (fgets(line, sizeof(line), file))
		if (sscanf(line, "{ exit_reason: %lu } hitcount: %lu", &reason, &hits) == 2)
			printf("reason 0x%lx exits %lu\n", reason, hits);
	fclose(file);
}

int main(void)
{
	if (!access("/guest", F_OK))
		return be_guest();
	machine_start();
	sigaction(SIGALRM, &(struct sigaction){ .sa_handler = on_alarm }, NULL);
	kvm_load("");
	printf("up\n");
	boot(true);
	trace();
	boot(false);
	print_histogram();
	printf("done\n");
	return 0;
}

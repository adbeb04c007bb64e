// SPDX-License-Identifier: GPL-2.0-only
/*
 * A guest that executes CPUID a known number of times, tells how many exits of CPUID it has had in its life, and does
 * nothing for a while, in which that number stays. As the micro guest's /init, in layout `split`.
 */
#include <cpuid.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#define REASON_EXITS 0x4ffffffdu
#define CPUIDS 20000
#define REST_SECONDS 5

static unsigned int count(void)
{
	unsigned int eax, ebx, ecx, edx;

	__cpuid(0, eax, ebx, ecx, edx);
	/* "Genu": VMX */
	__cpuid_count(REASON_EXITS, ebx == 0x756e6547 ? 10 : 0x72, eax, ebx, ecx, edx);
	return eax;
}

int main(void)
{
	unsigned int before, after, eax, ebx, ecx, edx;

	mkdir("/dev", 0755);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	dup2(open("/dev/console", O_RDWR), 1);
	before = count();
	for (int i = 0; i < CPUIDS; i++)
		__cpuid(0, eax, ebx, ecx, edx);
	after = count();
	/* The two of the second count() are in its answer. */
	printf("idler: issued=%u counted=%u cpuids=%u\n", CPUIDS + 2, after - before, after);
	fflush(stdout);
	sleep(REST_SECONDS);
	reboot(RB_POWER_OFF);
	return 1;
}

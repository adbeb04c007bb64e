// SPDX-License-Identifier: GPL-2.0-only
#ifndef _GNU_SOURCE
#define _GNU_SOURCE	/* sched_setaffinity() */
#endif

#include "machine.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "reasons.gen.h"
#include "vm.h"

struct vendor vendor;

static const struct vendor svm = {
	"svm", "kvm_amd", "/kvm-amd.ko", "", "/enabled-svm.txt", svm_reasons, ARRAY_SIZE(svm_reasons), 0x72, 0x78,
};

static const struct vendor vmx = {
	/* Bochs refuses a VM entry with APICv: images/README.md, ERRATA, B1. */
	"vmx", "kvm_intel", "/kvm-intel.ko", "enable_apicv=0", "/enabled-vmx.txt", vmx_reasons,
	ARRAY_SIZE(vmx_reasons), 10, 12,
};

void check(bool good, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	printf("%s: ", good ? "ok" : "FAIL");
	vprintf(format, args);
	printf("\n");
	va_end(args);
}

int load_module(const char *path, const char *parameters)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), result;

	if (fd < 0)
		give_up("opening %s", path);
	result = syscall(SYS_finit_module, fd, parameters, 0);
	close(fd);
	return result;
}

static void must_load(const char *path, const char *parameters)
{
	if (load_module(path, parameters))
		give_up("loading %s %s", path, parameters);
}

static void must_unload(const char *name)
{
	if (syscall(SYS_delete_module, name, O_NONBLOCK))
		give_up("unloading %s", name);
}

/* A name a line, in order: unpack_needed of machine.bash. */
static void load_needed(void)
{
	char name[64], path[80];
	FILE *file = fopen("/needed", "re");

	if (!file)
		give_up("opening /needed");
	while (fscanf(file, "%63s", name) == 1) {
		snprintf(path, sizeof(path), "/%s.ko", name);
		must_load(path, "");
	}
	fclose(file);
}

void vendor_load(void)
{
	must_load(vendor.file, vendor.parameters);
}

void vendor_unload(void)
{
	must_unload(vendor.module);
}

void kvm_load(const char *parameters)
{
	must_load("/kvm.ko", parameters);
	vendor_load();
}

void kvm_unload(void)
{
	vendor_unload();
	must_unload("kvm");
}

unsigned int count_in_log(const char *text)
{
	static char line[1 << 14];
	unsigned int n = 0;
	int fd = open("/dev/kmsg", O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t bytes;

	if (fd < 0)
		give_up("opening /dev/kmsg");
	/* A read is a line; EPIPE: lines were lost, go on. */
	while ((bytes = read(fd, line, sizeof(line) - 1)) > 0 || errno == EPIPE) {
		line[bytes > 0 ? bytes : 0] = '\0';
		n += strstr(line, text) != NULL;
	}
	close(fd);
	return n;
}

static void find_vendor(void)
{
	char line[8192];
	FILE *file = fopen("/proc/cpuinfo", "re");

	if (!file)
		give_up("opening /proc/cpuinfo");
	while (!vendor.name && fgets(line, sizeof(line), file)) {
		if (strncmp(line, "flags", 5))
			continue;
		if (strstr(line, " svm "))
			vendor = svm;
		else if (strstr(line, " vmx "))
			vendor = vmx;
	}
	fclose(file);
	if (!vendor.name)
		give_up("this machine has neither SVM nor VMX");
}

static void mount_at(const char *type, const char *path)
{
	mkdir(path, 0755);
	if (mount(type, path, type, 0, NULL))
		give_up("mounting %s", path);
}

static void power_off(void)
{
	fflush(stdout);
	sync();
	reboot(RB_POWER_OFF);
}

/* The other emulated CPUs corrupt the first one's SVM state: images/README.md, ERRATA, Q1. */
static void stay_off_first_cpu(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	cpu_set_t set;

	CPU_ZERO(&set);
	for (int i = 1; i < n; i++)
		CPU_SET(i, &set);
	if (n > 1 && sched_setaffinity(0, sizeof(set), &set))
		give_up("leaving the first CPU");
}

void machine_start(void)
{
	atexit(power_off);
	mount_at("devtmpfs", "/dev");
	if (!freopen("/dev/console", "w", stdout))
		exit(1);
	setvbuf(stdout, NULL, _IOLBF, 0);
	mount_at("proc", "/proc");
	mount_at("sysfs", "/sys");
	mount_at("debugfs", "/sys/kernel/debug");
	mount_at("tracefs", "/sys/kernel/tracing");
	stay_off_first_cpu();
	find_vendor();
	load_needed();
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The init of a machine that tries what is counted since when: the scopes, resets,
 * VMs that come and go; and what the host is told: log and tracepoint. Prints a line
 * "ok: ..." or "FAIL: ..." a check, "done" at the end, and powers off.
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"
#include "vm.h"

#define RESETS 10
#define REASON_EXITS 0x4ffffffdu
#define ALL_EXITS 0x4fffffffu
#define PARAMETERS "/sys/module/kvm/parameters/"
#define TRACING "/sys/kernel/tracing/"

/* 0, or what write() says. */
static int write_file(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC), error = 0;

	if (fd < 0)
		give_up("opening %s", path);
	if (write(fd, text, strlen(text)) < 0)
		error = errno;
	close(fd);
	return error;
}

static void read_file(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	ssize_t n, all = 0;

	if (fd < 0)
		give_up("opening %s", path);
	while ((size_t)all < size - 1 && (n = read(fd, text + all, size - 1 - all)) > 0)
		all += n;
	text[all] = '\0';
	close(fd);
}

static int reset(const struct vm *vm, const char *word)
{
	char path[64];

	vm_host_path(vm, "exitmeter", path, sizeof(path));
	return write_file(path, word);
}

static uint32_t ask_cpuids(struct vm *vm)
{
	return vm_ask(vm, REASON_EXITS, vendor.cpuid).eax;
}

static void check_parameter(const char *name, const char *want)
{
	char path[128], text[32];

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	read_file(path, text, sizeof(text));
	text[strcspn(text, "\n")] = '\0';
	check(!strcmp(text, want), "%s reads back as %s, wanted %s", name, text, want);
}

static void check_scope_vm(void)
{
	struct host_figures host;
	struct vm a, b;
	uint32_t got;

	kvm_load("");
	check_parameter("exitmeter_scope", "vm");
	check_parameter("exitmeter_log", "N");
	vm_create(&a, 2);
	vm_create(&b, 1);
	vm_spin_all(&a, 500);
	vm_spin_all(&b, 70);
	got = ask_cpuids(&b);
	check(got == 71, "scope vm: a guest reads %u CPUIDs of its own 71", got);
	vm_host_figures(&a, &host);
	check(host.low[vendor.cpuid] == 1000 && !strcmp(host.scope, "vm") && host.vcpus == 2,
	      "scope vm: a VM's file has %" PRIu64 " CPUIDs of 1000, %d vCPUs", host.low[vendor.cpuid], host.vcpus);
	vm_host_figures(NULL, &host);
	check(host.low[vendor.cpuid] == 1071 && !strcmp(host.scope, "global") && host.vcpus == 3,
	      "scope vm: the file of all has %" PRIu64 " CPUIDs of 1071, %d vCPUs", host.low[vendor.cpuid],
	      host.vcpus);

	check(reset(&b, "reset\n") == 0, "a VM can be reset");
	vm_host_figures(&b, &host);
	check(!host.exits && !host.cycles && !host.sum_exits, "after it the VM has %" PRIu64 " exits", host.exits);
	got = ask_cpuids(&b);
	check(got == 1, "after it the guest reads %u CPUIDs, wanted 1", got);
	check(reset(&b, "reset") == 0 && ask_cpuids(&b) == 1, "a VM can be reset again");
	got = ask_cpuids(&a);
	check(got == 1001, "the other VM keeps its %u CPUIDs", got);
	vm_host_figures(NULL, &host);
	check(host.low[vendor.cpuid] == 1074, "the file of all keeps its %" PRIu64 " CPUIDs", host.low[vendor.cpuid]);
	check(reset(&b, "rest") == EINVAL && reset(&b, "reset reset reset") == EINVAL && reset(NULL, "") == EINVAL,
	      "another word than reset is refused");
	got = ask_cpuids(&b);
	check(got == 2, "and changes nothing: %u CPUIDs, wanted 2", got);
	vm_destroy(&a);
	vm_destroy(&b);
	kvm_unload();
}

static void check_scope_global(void)
{
	struct host_figures host;
	uint64_t stat;
	struct vm a, b;
	uint32_t got;

	kvm_load("exitmeter_scope=global");
	check_parameter("exitmeter_scope", "global");
	vm_create(&a, 4);
	vm_spin_all(&a, 300);
	vm_host_figures(&a, &host);
	stat = host.stat_exits;
	vm_destroy(&a);
	vm_create(&b, 1);
	got = ask_cpuids(&b);
	check(got == 1201, "scope global: a guest reads %u CPUIDs, wanted 1201 with those of a VM that is gone", got);
	got = vm_ask(&b, ALL_EXITS, 0).eax;
	vm_host_figures(&b, &host);
	/* A HLT came after the question, and perhaps an interrupt of the machine's. */
	check(got < stat + host.stat_exits && got + 10 > stat + host.stat_exits,
	      "scope global: %u exits in all, the VMs had %" PRIu64 " and %" PRIu64 " with one after", got, stat,
	      host.stat_exits);
	check(host.low[vendor.cpuid] == 2 && !strcmp(host.scope, "vm"), "scope global: a VM's file is the VM's own: %"
	      PRIu64 " CPUIDs", host.low[vendor.cpuid]);
	check(reset(&b, "reset\n") == 0 && ask_cpuids(&b) == 1203, "a VM's reset leaves the sum of all alone");
	check(reset(NULL, "reset\n") == 0, "all can be reset");
	got = ask_cpuids(&b);
	check(got == 1, "after it a guest reads %u CPUIDs, wanted 1", got);
	vm_spin_all(&b, 10);
	vm_destroy(&b);

	vendor_unload();
	vendor_load();
	vm_create(&b, 1);
	got = ask_cpuids(&b);
	check(got == 12, "the vendor's module went and came: %u CPUIDs, wanted 12", got);
	vm_host_figures(NULL, &host);
	check(host.low[vendor.cpuid] == 12 && !strcmp(host.vendor, vendor.name) && host.exits == host.sum_exits &&
	      host.cycles == host.sum_cycles, "and so has the file of all: %" PRIu64, host.low[vendor.cpuid]);
	vm_destroy(&b);
	kvm_unload();
}

static volatile bool stop;
static volatile uint64_t limit;

/* What all have counted never shrinks, nor is it ever more than was made. */
static void *watch_sum(void *argument)
{
	struct host_figures host;
	uint64_t last = 0;
	unsigned long reads = 0, wrong = 0;

	while (!stop) {
		vm_host_figures(NULL, &host);
		if (host.low[vendor.cpuid] < last || host.low[vendor.cpuid] > limit)
			wrong++;
		last = host.low[vendor.cpuid];
		reads++;
	}
	check(!wrong && reads > 20, "the sum was read %lu times while VMs came and went, %lu times wrongly", reads, wrong);
	return argument;
}

static void check_gone(void)
{
	struct host_figures host;
	pthread_t thread;
	struct vm keeper, vm;

	kvm_load("exitmeter_scope=global");
	vm_create(&keeper, 1);
	limit = 30 * VM_MAX_VCPUS * 20;
	if (pthread_create(&thread, NULL, watch_sum, NULL))
		give_up("starting the reader");
	for (int i = 0; i < 30; i++) {
		vm_create(&vm, VM_MAX_VCPUS);
		vm_spin_all(&vm, 20);
		vm_destroy(&vm);
	}
	stop = true;
	pthread_join(thread, NULL);
	vm_host_figures(NULL, &host);
	check(host.low[vendor.cpuid] == limit && host.vcpus == 1, "30 VMs made %" PRIu64 " CPUIDs, wanted %" PRIu64,
	      host.low[vendor.cpuid], limit);
	vm_destroy(&keeper);
	kvm_unload();
}

static volatile unsigned long resets;

/* Resets without end, of the VM and of all, and no figure may come out below zero. */
static void *reset_on_and_on(void *argument)
{
	struct host_figures own, all;
	unsigned long wrong = 0;

	while (!stop) {
		if (reset(argument, "reset") || reset(NULL, "reset"))
			give_up("resetting");
		vm_host_figures(argument, &own);
		vm_host_figures(NULL, &all);
		if (own.low[vendor.cpuid] > limit || all.low[vendor.cpuid] > limit || (int64_t)own.cycles < 0 ||
		    (int64_t)all.cycles < 0)
			wrong++;
		resets++;
	}
	check(!wrong, "reset %lu times while vCPUs ran, %lu times with wrong figures after it", resets, wrong);
	return NULL;
}

static void check_reset_running(void)
{
	pthread_t thread;
	struct vm vm;
	uint32_t got;

	kvm_load("exitmeter_layout=combined");
	vm_create(&vm, VM_MAX_VCPUS);
	limit = 0;
	stop = false;
	if (pthread_create(&thread, NULL, reset_on_and_on, &vm))
		give_up("starting the one who resets");
	/* However slow the machine is, both go on until there were enough of either. */
	do {
		limit += VM_MAX_VCPUS * 5000;
		vm_spin_all(&vm, 5000);
	} while (resets <= RESETS);
	stop = true;
	pthread_join(thread, NULL);
	check(reset(&vm, "reset") == 0, "and once more at rest");
	got = vm_ask(&vm, 0x4ffffffeu, vendor.cpuid).eax;
	check(got == 1, "then the guest reads %u CPUIDs, wanted 1", got);
	vm_destroy(&vm);
	kvm_unload();
}

static void check_log(void)
{
	struct vm vm;
	char want[80];
	uint32_t got;

	kvm_load("");
	vm_create(&vm, 1);
	ask_cpuids(&vm);
	check(count_in_log("CPUID(0x4FFFFFF") == 0, "nothing is logged by default");
	if (write_file(PARAMETERS "exitmeter_log", "1"))
		give_up("turning the log on");
	got = ask_cpuids(&vm);
	snprintf(want, sizeof(want), "CPUID(0x4FFFFFFD) EXIT(%u) is called %u times.", vendor.cpuid, got);
	check(count_in_log(want) == 1, "the log says: %s", want);
	got = vm_ask(&vm, ALL_EXITS, 0).eax;
	snprintf(want, sizeof(want), "CPUID(0x4FFFFFFF), exits=%u, cycles spent in exit=", got);
	check(count_in_log(want) == 1, "the log says: %s", want);
	vm_ask(&vm, REASON_EXITS, 0xfffffffe);
	check(count_in_log("CPUID(0x4FFFFFFD) EXIT(4294967294) is not defined.") == 1, "and what is not defined");
	vm_ask(&vm, 0x4ffffffcu, vendor.cpuid);
	snprintf(want, sizeof(want), "CPUID(0x4FFFFFFC) EXIT(%u), cycles spent in exit=", vendor.cpuid);
	check(count_in_log(want) == 1, "and cycles: %s", want);
	for (int i = 0; i < 200; i++)
		ask_cpuids(&vm);
	got = count_in_log("CPUID(0x4FFFFFFD) EXIT");
	check(got >= 2 && got <= 30, "200 more are %u lines: the log is rate-limited", got);
	vm_destroy(&vm);
	kvm_unload();
}

static void check_tracepoint(void)
{
	struct vm vm;
	char want[128];
	static char text[1 << 16];
	uint32_t got;

	kvm_load("");
	vm_create(&vm, 1);
	if (write_file(TRACING "events/kvm/kvm_exitmeter/enable", "1"))
		give_up("turning the tracepoint on");
	got = ask_cpuids(&vm);
	vm_ask(&vm, REASON_EXITS, 0xfffffffe);
	vm_ask(&vm, 0x4fffffffu + 1, 0);
	write_file(TRACING "events/kvm/kvm_exitmeter/enable", "0");
	read_file(TRACING "trace", text, sizeof(text));
	snprintf(want, sizeof(want), "kvm_exitmeter: vcpu 0 function 0x4ffffffd reason 0x%x exits %u cycles ", vendor.cpuid,
		 got);
	check(strstr(text, want) != NULL, "the trace has: %s", want);
	check(strstr(text, "reason 0xfffffffe exits 0 cycles 0 undefined\n") != NULL, "the trace has what is not defined");
	check(!strstr(text, "function 0x50000000"), "the trace has no leaf that is not ours");
	vm_destroy(&vm);
	kvm_unload();
}

int main(void)
{
	machine_start();
	check(load_module("/kvm.ko", "exitmeter_scope=splat") && errno == EINVAL, "an unknown scope is refused");
	check_scope_vm();
	check_scope_global();
	check_gone();
	check_reset_running();
	check_log();
	check_tracepoint();
	printf("done\n");
	return 0;
}

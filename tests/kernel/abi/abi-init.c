// SPDX-License-Identifier: GPL-2.0-only
/*
 * The init of a machine that tries the patched modules' ABI: every leaf of every
 * layout, every reason's class, exactness with several vCPUs, and a VM that ends
 * while its file is read. Prints a line "ok: ..." or "FAIL: ..." a check, "done" at
 * the end, and powers off.
 */
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "machine.h"
#include "reasons.gen.h"
#include "vm.h"

#define FIRST_LEAF 0x4ffffffcu

/* What a leaf says, for each layout: the design, written down a second time. */
enum leaf_kind { STOCK, ALL_EXITS, ALL_CYCLES, ALL_BOTH, REASON_EXITS, REASON_CYCLES };

static const struct layout {
	const char *name;
	enum leaf_kind leaves[4];
} layouts[] = {
	{ "split", { REASON_CYCLES, REASON_EXITS, ALL_CYCLES, ALL_BOTH } },
	{ "combined", { STOCK, STOCK, REASON_EXITS, ALL_BOTH } },
	{ "reversed", { ALL_EXITS, ALL_CYCLES, REASON_EXITS, REASON_CYCLES } },
};

static bool enabled[0x500];
static uint64_t n_cpuid, n_hlt;

static struct regs ask(struct vm *vm, uint32_t leaf, uint32_t ecx)
{
	n_cpuid++;
	n_hlt++;
	return vm_ask(vm, leaf, ecx);
}

static uint64_t cycles_of(struct regs regs)
{
	return (uint64_t)regs.ebx << 32 | regs.ecx;
}

static bool same_regs(struct regs a, struct regs b)
{
	return a.eax == b.eax && a.ebx == b.ebx && a.ecx == b.ecx && a.edx == b.edx;
}

static bool is_defined(uint32_t reason)
{
	for (size_t i = 0; i < vendor.n_reasons; i++) {
		if (vendor.reasons[i].number == reason)
			return true;
	}
	return false;
}

/* Whether an answer of a reason's leaf is what the reason's class demands. */
static bool fits_class(struct regs got, enum leaf_kind kind, uint32_t reason)
{
	if (!is_defined(reason))
		return same_regs(got, (struct regs){ .edx = 0xffffffff });
	if (reason >= ARRAY_SIZE(enabled) || !enabled[reason])
		return same_regs(got, (struct regs){ 0 });
	if (got.edx)
		return false;
	if (kind == REASON_CYCLES)
		return !got.eax && (cycles_of(got) || (reason != vendor.cpuid && reason != vendor.hlt));
	if (got.ebx || got.ecx)
		return false;
	if (reason == vendor.cpuid)
		return got.eax == n_cpuid;
	return reason != vendor.hlt || got.eax == n_hlt - 1;
}

/* All that a vendor defines, what lies between and around, and numbers far off. */
static const struct {
	uint32_t first, last;
} swept[] = {
	{ 0, 0x110 }, { 0x3fe, 0x412 }, { 0xffff, 0x10001 }, { 0x7fffffff, 0x80000021 },
	{ 0xefffffff, 0xf0000001 }, { 0xfffffffb, 0xffffffff },
};

static void check_reasons(struct vm *vm, uint32_t leaf, enum leaf_kind kind)
{
	unsigned int wrong = 0, n = 0;

	for (size_t i = 0; i < ARRAY_SIZE(swept); i++) {
		for (uint64_t reason = swept[i].first; reason <= swept[i].last; reason++, n++) {
			struct regs got = ask(vm, leaf, reason);

			if (!fits_class(got, kind, reason) && wrong++ < 5)
				printf("leaf 0x%x reason 0x%x: got %08x %08x %08x %08x\n", leaf,
				       (uint32_t)reason, got.eax, got.ebx, got.ecx, got.edx);
		}
	}
	check(!wrong, "leaf 0x%x: %u of %u reasons are answered wrongly", leaf, wrong, n);
}

static void check_total(struct vm *vm, uint32_t leaf, enum leaf_kind kind)
{
	bool has_exits = kind != ALL_CYCLES, has_cycles = kind != ALL_EXITS;
	struct regs first = ask(vm, leaf, 0x7fffffff);
	struct regs second = ask(vm, leaf, 0);
	uint32_t grown = second.eax - first.eax;

	check(!first.edx && !second.edx, "leaf 0x%x: edx is 0x%x, 0x%x", leaf, first.edx, second.edx);
	/* Two exits of the guest's, and perhaps an interrupt of the machine's. */
	check(has_exits ? grown >= 2 && grown < 1000 : !first.eax && !second.eax,
	      "leaf 0x%x: eax is %u, then %u", leaf, first.eax, second.eax);
	check(has_cycles ? cycles_of(second) > cycles_of(first) : !cycles_of(first) && !cycles_of(second),
	      "leaf 0x%x: cycles are %llu, then %llu", leaf, (unsigned long long)cycles_of(first),
	      (unsigned long long)cycles_of(second));
}

static void check_leaf(struct vm *vm, uint32_t leaf, enum leaf_kind kind)
{
	if (kind == STOCK)
		check(same_regs(ask(vm, leaf, 0), vm_stock_answer(leaf)), "leaf 0x%x is KVM's own", leaf);
	else if (kind == REASON_EXITS || kind == REASON_CYCLES)
		check_reasons(vm, leaf, kind);
	else
		check_total(vm, leaf, kind);
}

static void check_host(const struct vm *vm, const struct layout *layout)
{
	struct host_figures host;

	vm_host_figures(vm, &host);
	check(!strcmp(host.vendor, vendor.name) && !strcmp(host.layout, layout->name) &&
	      !strcmp(host.scope, "vm") && host.vcpus == vm->n_vcpus,
	      "host: vendor %s, layout %s, scope %s, %d vCPUs", host.vendor, host.layout, host.scope, host.vcpus);
	check(host.low[vendor.cpuid] == n_cpuid && host.low[vendor.hlt] == n_hlt,
	      "host: %llu CPUID and %llu HLT exits, made were %llu and %llu",
	      (unsigned long long)host.low[vendor.cpuid], (unsigned long long)host.low[vendor.hlt],
	      (unsigned long long)n_cpuid, (unsigned long long)n_hlt);
	check(host.exits == host.sum_exits && host.exits == host.stat_exits,
	      "host: %llu exits, the reasons' sum is %llu, KVM's statistic %llu", (unsigned long long)host.exits,
	      (unsigned long long)host.sum_exits, (unsigned long long)host.stat_exits);
	check(host.cycles == host.sum_cycles, "host: %llu cycles, the reasons' sum is %llu",
	      (unsigned long long)host.cycles, (unsigned long long)host.sum_cycles);
}

static void spin_all(struct vm *vm)
{
	vm_spin_all(vm, 1000);
	n_cpuid = vm->n_vcpus * 1000;
	n_hlt = vm->n_vcpus;
}

static volatile bool reader_stop;
static unsigned long reads, reads_cut_off;

/* Reads the file over and over; a VM that is destroyed meanwhile cuts it off. */
static void read_until_cut_off(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char text[4096];

	if (fd < 0)
		return;
	while (!reader_stop) {
		if (lseek(fd, 0, SEEK_SET) || read(fd, text, sizeof(text)) <= 0) {
			reads_cut_off++;
			break;
		}
		reads++;
	}
	close(fd);
}

static void *reader(void *argument)
{
	glob_t found;

	while (!reader_stop) {
		if (glob("/sys/kernel/debug/kvm/*-*/exitmeter", 0, NULL, &found))
			continue;
		read_until_cut_off(found.gl_pathv[0]);
		globfree(&found);
	}
	return argument;
}

static void check_destroy(void)
{
	pthread_t thread;
	struct vm vm;

	if (pthread_create(&thread, NULL, reader, NULL))
		give_up("starting the reader");
	for (int i = 0; i < 10; i++) {
		vm_create(&vm, VM_MAX_VCPUS);
		spin_all(&vm);
		vm_destroy(&vm);
	}
	reader_stop = true;
	pthread_join(thread, NULL);
	check(reads > 100 && reads_cut_off > 0, "the file was read %lu times while VMs came and went, %lu reads were cut off",
	      reads, reads_cut_off);
}

static void check_layout(const struct layout *layout)
{
	char text[64];
	struct vm vm;

	snprintf(text, sizeof(text), "exitmeter_layout=%s", layout->name);
	kvm_load(text);
	printf("layout %s\n", layout->name);

	n_cpuid = 0;
	n_hlt = 0;
	vm_create(&vm, 1);
	check(same_regs(ask(&vm, FIRST_LEAF - 1, 0), vm_stock_answer(FIRST_LEAF - 1)), "the leaf below ours is KVM's own");
	check(same_regs(ask(&vm, FIRST_LEAF + 4, 0), vm_stock_answer(FIRST_LEAF + 4)), "the leaf above ours is KVM's own");
	for (unsigned int i = 0; i < ARRAY_SIZE(layout->leaves); i++)
		check_leaf(&vm, FIRST_LEAF + i, layout->leaves[i]);
	check_host(&vm, layout);
	vm_destroy(&vm);

	vm_create(&vm, VM_MAX_VCPUS);
	spin_all(&vm);
	check_host(&vm, layout);
	vm_destroy(&vm);
	if (layout == layouts)
		check_destroy();

	kvm_unload();
}

static void read_enabled(void)
{
	FILE *file = fopen(vendor.enabled_file, "re");
	unsigned int reason;
	char line[128];

	if (!file || !fgets(line, sizeof(line), file))
		give_up("reading %s", vendor.enabled_file);
	while (fscanf(file, "%x", &reason) == 1) {
		if (reason < ARRAY_SIZE(enabled))
			enabled[reason] = true;
	}
	fclose(file);
}

int main(void)
{
	machine_start();
	read_enabled();
	check(load_module("/kvm.ko", "exitmeter_layout=splat") && errno == EINVAL, "an unknown layout is refused");
	for (size_t i = 0; i < ARRAY_SIZE(layouts); i++)
		check_layout(&layouts[i]);
	printf("done\n");
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "guest/host_checks_gather.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/error.h"
#include "base/file.h"
#include "base/memory.h"
#include "base/text.h"
#include "evidence/host_checks.h"
#include "guest/neighbour_vm.h"
#include "guest/pinned.h"
#include "guest/tiny_vm.h"
#include "guest/tsc.h"
#include "guest/wait_vm.h"
#include "probe/speaks.h"

#define KERNEL_CPUIDS 100
#define OTHERS_CPUIDS 400	/* more exits than a fresh VM has of its own until it is asked */
#define LOGS_CPUIDS 100
/* Numbers at which no leaf is defined: beside ours, and where a typing error would put them. */
static const uint32_t strays[] = {
	0x04fffffc, 0x04fffffd, 0x04fffffe, 0x04ffffff, 0x0fffffff, 0x3fffffff,
	0x40ffffff, 0x4ffffff0, 0x4ffffff8, 0x4ffffff9, 0x4ffffffa, 0x4ffffffb,
	0x50000000, 0x50000003, 0x5fffffff, 0x7fffffff, 0x8fffffff, 0xc0000000,
	0xcffffffc, 0xfffffffc, 0xfffffffd, 0xfffffffe, 0xffffffff,
};

static int ask(struct tiny_vm *t, FILE *out, uint32_t fn, uint32_t sub, struct error *err)
{
	struct em_regs r;

	if (tiny_vm_cpuid(t, fn, sub, &r, err) < 0)
		return -1;
	fprintf(out, "%08x %08x " EM_REGS_FMT "\n", fn, sub, EM_REGS_ARG(&r));
	return 0;
}

static bool is_last_subleaf(const struct kvm_cpuid2 *all, uint32_t i)
{
	const struct kvm_cpuid_entry2 *e = &all->entries[i];

	return (e->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX) &&
	       (i + 1 == all->nent || e[1].function != e->function);
}

/*
 * Asks for one sub-leaf more than there are: a KVM that has lost ecx answers it as the first one.
 */
static int ask_all(struct tiny_vm *t, FILE *out, struct error *err)
{
	for (uint32_t i = 0; i < t->cpuid->nent; i++) {
		const struct kvm_cpuid_entry2 *e = &t->cpuid->entries[i];

		if (ask(t, out, e->function, e->index, err) < 0 ||
		    (is_last_subleaf(t->cpuid, i) && ask(t, out, e->function, e->index + 1, err) < 0))
			return -1;
	}
	for (size_t i = 0; i < ARRAY_SIZE(strays); i++)
		if (ask(t, out, strays[i], 0, err) < 0)
			return -1;
	return 0;
}

/* All on one CPU, for a leaf with the APIC's number in it tells on which CPU it was asked for. */
static char *list_leaves(struct error *err)
{
	const struct pinned pinned = pinned_begin();
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);
	struct tiny_vm t;
	int rc = tiny_vm_open(&t, err);

	if (rc == 0) {
		rc = ask_all(&t, out, err);
		tiny_vm_close(&t);
	}
	pinned_end(&pinned);
	return rc < 0 ? NULL : text_close(&text);
}

/*
 * The stock KVM's answers stay the same until the next boot, whose number is part of the name, for as long
 * as its module has the same parameters.
 */
static char *stock_path(const char *cache, const char *params)
{
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *boot = file_read("/proc/sys/kernel/random/boot_id", 256, NULL, &ignored);
	char hex[65];

	if (!boot)
		return NULL;
	boot[strcspn(boot, "\n")] = '\0';
	digest_bytes(params ? params : "", params ? strlen(params) : 0, hex);
	return xasprintf("%s/stock-leaves-3-%s-%.16s.txt", cache, boot, hex);
}

bool host_checks_gather_recall_stock(struct host_checks_gather *g, const char *cache, const char *params)
{
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *path = stock_path(cache, params);

	g->stock = path ? file_read(path, 1 << 20, NULL, &ignored) : NULL;
	return g->stock != NULL;
}

int host_checks_gather_stock(struct host_checks_gather *g, const char *cache, const char *params, struct error *err)
{
	_cleanup_error_ struct error ignored = { 0 };
	_cleanup_free_ char *path = stock_path(cache, params);

	g->stock = list_leaves(err);
	if (!g->stock)
		return -1;
	if (path)
		file_write(path, g->stock, strlen(g->stock), &ignored);
	return 0;
}

/*
 * Finds out which layout the leaves speak.  EM_LAYOUTS: none that is known.
 */
static int find_layout(struct tiny_vm *t, bool is_svm, enum em_layout *ret, struct error *err)
{
	const uint32_t cpuid = is_svm ? EM_SVM_CPUID : EM_VMX_CPUID;
	struct em_regs asked[EM_ASKED][EM_NR_LEAVES];
	struct em_telling telling[EM_NR_LEAVES];

	for (int i = 0; i < EM_ASKED; i++) {
		for (unsigned int leaf = 0; leaf < EM_NR_LEAVES; leaf++)
			if (tiny_vm_cpuid(t, EM_LEAF_FIRST + leaf, em_asked_reason((enum em_asked)i, cpuid),
					  &asked[i][leaf], err) < 0)
				return -1;
		if (i == EM_ASKED_CPUID && tiny_vm_spin(t, EM_ASK_CPUIDS, err) < 0)
			return -1;
	}
	em_tell_leaves(asked, EM_ASKED, cpuid, telling);
	*ret = em_layout_spoken(telling);
	return 0;
}

static int ask_kernel(struct tiny_vm *t, enum em_layout layout, bool is_svm, char **ret,
		      struct error *err)
{
	const struct em_leaves leaves = em_leaves_of(layout);
	struct em_regs total, again, reason, undefined;

	if (tiny_vm_cpuid(t, leaves.total, 0, &total, err) < 0 ||
	    tiny_vm_spin(t, KERNEL_CPUIDS, err) < 0 ||
	    tiny_vm_cpuid(t, leaves.total, 0, &again, err) < 0 ||
	    tiny_vm_cpuid(t, leaves.reason, is_svm ? EM_SVM_CPUID : EM_VMX_CPUID, &reason, err) < 0 ||
	    tiny_vm_cpuid(t, leaves.reason, EM_UNDEFINED_REASON, &undefined, err) < 0)
		return -1;
	*ret = xasprintf("kernel %d " EM_REGS_FMT " " EM_REGS_FMT " " EM_REGS_FMT " " EM_REGS_FMT "\n",
			 KERNEL_CPUIDS, EM_REGS_ARG(&total), EM_REGS_ARG(&again),
			 EM_REGS_ARG(&reason), EM_REGS_ARG(&undefined));
	return 0;
}

/* Tells the number of the kernel log's last line; false where it cannot be known. */
static bool find_log_end(uint64_t *ret)
{
	_cleanup_close_ int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	char line[8192];
	ssize_t n;

	*ret = 0;
	if (fd < 0)
		return false;
	/*
	 * EPIPE says that lines were overwritten before they were read. The next read goes on
	 * behind them.
	 */
	while ((n = read(fd, line, sizeof(line) - 1)) > 0 || (n < 0 && errno == EPIPE)) {
		if (n > 0) {
			line[n] = '\0';
			sscanf(line, "%*u,%" SCNu64, ret);
		}
	}
	return errno == EAGAIN;
}

/* Adds the cycles that it took to *tsc. */
static int ask_leaves(struct tiny_vm *t, bool is_svm, struct em_regs ret[EM_NR_LEAVES], uint64_t *tsc,
		      struct error *err)
{
	uint64_t begin = tsc_read();

	for (unsigned int i = 0; i < EM_NR_LEAVES; i++)
		if (tiny_vm_cpuid(t, EM_LEAF_FIRST + i, is_svm ? EM_SVM_CPUID : EM_VMX_CPUID, &ret[i], err) < 0)
			return -1;
	*tsc += tsc_read() - begin;
	return 0;
}

static char *format_others(uint64_t tsc, const struct em_regs leaves[2][EM_NR_LEAVES])
{
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);

	fprintf(out, "others %d %" PRIu64, OTHERS_CPUIDS, tsc);
	for (unsigned int i = 0; i < 2 * EM_NR_LEAVES; i++)
		fprintf(out, " " EM_REGS_FMT, EM_REGS_ARG(&leaves[i / EM_NR_LEAVES][i % EM_NR_LEAVES]));
	fputc('\n', out);
	return text_close(&text);
}

/*
 * What a fresh VM reads after some CPUIDs of another one, and again after as many more.  The time is
 * that of the two readings: what the VM's own exits took from the one to the other is not more.  What
 * a VM's first instruction takes is much, and is not part of it.
 */
static int ask_beside(struct host_checks_gather *g, struct tiny_vm *other, bool is_svm, struct error *err)
{
	struct em_regs leaves[2][EM_NR_LEAVES];
	struct tiny_vm fresh;
	uint64_t first = 0, tsc = 0;
	int rc;

	if (tiny_vm_spin(other, OTHERS_CPUIDS, err) < 0 || tiny_vm_open(&fresh, err) < 0)
		return -1;
	rc = ask_leaves(&fresh, is_svm, leaves[0], &first, err) < 0 ||
		     ask_leaves(&fresh, is_svm, leaves[0], &tsc, err) < 0 ||
		     tiny_vm_spin(other, OTHERS_CPUIDS, err) < 0 ||
		     ask_leaves(&fresh, is_svm, leaves[1], &tsc, err) < 0 ?
		     -1 : 0;
	tiny_vm_close(&fresh);
	if (rc == 0)
		g->others = format_others(tsc, leaves);
	return rc;
}

/* How many lines of log CPUIDs come to that ask none of the leaves, and those that do. */
static int count_lines(struct host_checks_gather *g, struct tiny_vm *t, bool is_svm, struct error *err)
{
	struct em_regs ignored[EM_NR_LEAVES];
	uint64_t begin, between, end, tsc = 0;

	if (!find_log_end(&begin))
		return 0;
	if (tiny_vm_spin(t, LOGS_CPUIDS, err) < 0 || !find_log_end(&between))
		return -1;
	for (int i = 0; i < LOGS_CPUIDS; i += EM_NR_LEAVES)
		if (ask_leaves(t, is_svm, ignored, &tsc, err) < 0)
			return -1;
	if (find_log_end(&end))
		g->logs = xasprintf("logs %d %" PRIu64 " %d %" PRIu64 "\n", LOGS_CPUIDS, between - begin,
				    LOGS_CPUIDS, end - between);
	return 0;
}

/* Where the layout is not known, nothing more is asked.  *layout: EM_LAYOUTS is replaced by the one that is found. */
static int ask_by_layout(struct host_checks_gather *g, struct tiny_vm *t, enum em_layout *layout, bool is_svm,
			 struct error *err)
{
	if (*layout == EM_LAYOUTS && find_layout(t, is_svm, layout, err) < 0)
		return -1;
	return *layout == EM_LAYOUTS ? 0 : ask_kernel(t, *layout, is_svm, &g->kernel, err);
}

int host_checks_gather_subject(struct host_checks_gather *g, enum em_layout layout, bool is_svm,
			       struct error *err)
{
	struct tiny_vm t;
	int rc;

	if (g->stock && !(g->now = list_leaves(err)))
		return -1;
	if (tiny_vm_open(&t, err) < 0)
		return -1;
	rc = ask_beside(g, &t, is_svm, err) < 0 || count_lines(g, &t, is_svm, err) < 0 ||
		     ask_by_layout(g, &t, &layout, is_svm, err) < 0 ?
		     -1 : 0;
	tiny_vm_close(&t);
	if (rc == 0 && layout != EM_LAYOUTS) {
		g->waits = wait_vm_measure(layout, is_svm, err);
		rc = g->waits ? 0 : -1;
	}
	return rc;
}

void host_checks_gather_prepare(struct host_checks_gather *g, bool is_svm, bool wants_neighbour)
{
	g->neighbour = wants_neighbour ? neighbour_vm_start(is_svm) : NULL;
}

void host_checks_gather_start(struct host_checks_gather *g)
{
	g->is_log_known = find_log_end(&g->log_begin);
	if (g->neighbour)
		neighbour_vm_go(g->neighbour);
}

pid_t host_checks_gather_neighbour(const struct host_checks_gather *g)
{
	return g->neighbour ? neighbour_vm_pid(g->neighbour) : 0;
}

/* Joins the lines "FN SUB REGS" of both lists, as far as both asked for the same leaves. */
static void put_leaves(FILE *out, const char *stock, const char *now)
{
	while (*stock && *now) {
		const size_t key = 18; /* "FN SUB " */
		size_t a = strcspn(stock, "\n"), b = strcspn(now, "\n");

		if (a <= key || b <= key || strncmp(stock, now, key))
			return;
		fprintf(out, "leaf %.*s %.*s\n", (int)a, stock, (int)(b - key), now + key);
		stock += a + (stock[a] == '\n');
		now += b + (now[b] == '\n');
	}
}

static char *format(const struct host_checks_gather *g, bool is_svm, uint64_t neighbour_exits)
{
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);
	uint64_t log_end;

	fprintf(out, "inspect 1\ncpus %ld\n", sysconf(_SC_NPROCESSORS_ONLN));
	if (g->is_log_known && find_log_end(&log_end) && log_end >= g->log_begin)
		fprintf(out, "log %" PRIu64 "\n", log_end - g->log_begin);
	if (g->logs)
		fputs(g->logs, out);
	if (neighbour_exits)
		fprintf(out, "neighbour %x %" PRIu64 "\n", is_svm ? NEIGHBOUR_SVM : NEIGHBOUR_VMX,
			neighbour_exits);
	if (g->others)
		fputs(g->others, out);
	if (g->kernel)
		fputs(g->kernel, out);
	if (g->waits)
		fputs(g->waits, out);
	if (g->stock && g->now)
		put_leaves(out, g->stock, g->now);
	fputs("end\n", out);
	return text_close(&text);
}

int host_checks_gather_write(struct host_checks_gather *g, bool is_svm, const char *path,
			     struct error *err)
{
	uint64_t neighbour_exits = neighbour_vm_stop(take_ptr(g->neighbour));
	_cleanup_free_ char *text = format(g, is_svm, neighbour_exits);

	return file_write(path, text, strlen(text), err);
}

void host_checks_gather_deinit(struct host_checks_gather *g)
{
	neighbour_vm_stop(g->neighbour);
	free(g->stock);
	free(g->now);
	free(g->kernel);
	free(g->waits);
	free(g->others);
	free(g->logs);
	memset(g, 0, sizeof(*g));
}

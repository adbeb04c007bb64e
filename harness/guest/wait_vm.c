// SPDX-License-Identifier: GPL-2.0-only
#include "guest/wait_vm.h"

#include <fcntl.h>
#include <inttypes.h>
#include <linux/userfaultfd.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "guest/pinned.h"
#include "guest/tiny_vm.h"
#include "guest/tsc.h"
#include "probe/speaks.h"

/* Each fault is tried by itself: a busy machine may add to one what hides a mistake, but never takes anything away. */
#define TRIES 3
#define PAGES (1 + TRIES)	/* the first one shows what a fault takes that does not wait */
#define PAGE_BYTES 0x1000
#define BYTES (PAGES * PAGE_BYTES)
#define PAGES_AT 0x100000
/* A wait is far more than all the rest, so that a part of it is less than a right patch can have. */
#define WAIT_TIMES 8
#define WAIT_MIN 1000000
#define WAIT_MAX 40000000
#define NPF 0x400
#define SVM_EXCEPTION_PF 0x4e
#define VMX_EPT_VIOLATION 48
#define VMX_EXCEPTION 0

/* In memory that both processes share. */
struct shared {
	uint64_t wait;			/* how many cycles the next fault is to wait */
	uint64_t waited[PAGES];		/* how many each has waited */
};

struct wait_vm {
	struct tiny_vm vm;
	unsigned char *pages;		/* owned: a mapping of BYTES */
	volatile struct shared *shared;	/* owned: a mapping */
	pid_t helper;			/* -1: none */
	struct em_leaves leaves;
	uint32_t reasons[2];		/* of a page fault with nested paging, and with shadow paging */
};

struct reading {
	uint64_t total, reason;		/* cycles */
	uint64_t inside;		/* cycles that reading them took */
};

static int fail(const char *what, struct error *err)
{
	return error_errno(err, STATUS_SKIP, "no page fault can be made to wait: %s", what);
}

static void pass_cycles(uint64_t cycles)
{
	uint64_t begin = tsc_read();

	while (tsc_read() - begin < cycles)
		;
}

/* The fault has begun when its message is there, and cannot end before the page is. */
static int let_one_wait(const struct wait_vm *w, int faults)
{
	struct uffdio_zeropage zero = { .range = { .len = PAGE_BYTES } };
	struct uffd_msg message;
	uint64_t begin, page;

	if (read(faults, &message, sizeof(message)) != sizeof(message))
		return -1;
	begin = tsc_read();
	page = (message.arg.pagefault.address - (uintptr_t)w->pages) / PAGE_BYTES;
	if (message.event != UFFD_EVENT_PAGEFAULT || page >= PAGES)
		return -1;
	pass_cycles(w->shared->wait);
	w->shared->waited[page] = tsc_read() - begin;
	zero.range.start = (uintptr_t)w->pages + page * PAGE_BYTES;
	return ioctl(faults, UFFDIO_ZEROPAGE, &zero);
}

static void help(const struct wait_vm *w, int faults, pid_t parent) __attribute__((noreturn));

/* When this process ends, its descriptor is closed, and whoever waits for a page gets one. */
static void help(const struct wait_vm *w, int faults, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	while (getppid() == parent && let_one_wait(w, faults) == 0)
		;
	_exit(1);
}

static int watch_faults(const struct wait_vm *w, struct error *err)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register pages = { .range = { (uintptr_t)w->pages, BYTES }, .mode = UFFDIO_REGISTER_MODE_MISSING };
	int fd = (int)syscall(SYS_userfaultfd, O_CLOEXEC);

	if (fd < 0)
		return fail("userfaultfd", err);
	if (ioctl(fd, UFFDIO_API, &api) < 0 || ioctl(fd, UFFDIO_REGISTER, &pages) < 0) {
		fail("UFFDIO_REGISTER", err);
		close(fd);
		return -1;
	}
	return fd;
}

static int start_helper(struct wait_vm *w, struct error *err)
{
	pid_t parent = getpid();
	int faults = watch_faults(w, err);

	if (faults < 0)
		return -1;
	w->helper = fork();
	if (w->helper == 0)
		help(w, faults, parent);
	close(faults);
	return w->helper < 0 ? fail("fork", err) : 0;
}

static void *map(size_t bytes, int flags)
{
	void *p = mmap(NULL, bytes, PROT_READ | PROT_WRITE, flags | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? NULL : p;
}

static int open_wait_vm(struct wait_vm *w, enum em_layout layout, bool is_svm, struct error *err)
{
	*w = (struct wait_vm){
		.vm = TINY_VM_CLOSED,
		.pages = map(BYTES, MAP_PRIVATE),
		.shared = map(sizeof(*w->shared), MAP_SHARED),
		.helper = -1,
		.leaves = em_leaves_of(layout),
		.reasons = { is_svm ? NPF : VMX_EPT_VIOLATION, is_svm ? SVM_EXCEPTION_PF : VMX_EXCEPTION },
	};
	if (!w->pages || !w->shared)
		return fail("memory", err);
	return tiny_vm_open(&w->vm, err) < 0 || tiny_vm_add_memory(&w->vm, PAGES_AT, w->pages, BYTES, err) < 0 ||
			       start_helper(w, err) < 0 ? -1 : 0;
}

static void close_wait_vm(struct wait_vm *w)
{
	if (w->helper > 0) {
		kill(w->helper, SIGKILL);
		waitpid(w->helper, NULL, 0);
	}
	tiny_vm_close(&w->vm);
	if (w->pages)
		munmap(w->pages, BYTES);
	if (w->shared)
		munmap((void *)w->shared, sizeof(*w->shared));
}

static int read_one(struct wait_vm *w, uint32_t leaf, uint32_t reason, uint64_t *add, struct error *err)
{
	struct em_regs r;

	if (tiny_vm_cpuid(&w->vm, leaf, reason, &r, err) < 0)
		return -1;
	*add += (uint64_t)r.ebx << 32 | r.ecx;
	return 0;
}

static int read_cycles(struct wait_vm *w, struct reading *ret, struct error *err)
{
	uint64_t begin = tsc_read();

	*ret = (struct reading){ 0 };
	if (read_one(w, w->leaves.total_cycles, 0, &ret->total, err) < 0)
		return -1;
	for (size_t i = 0; w->leaves.reason_cycles && i < ARRAY_SIZE(w->reasons); i++)
		if (read_one(w, w->leaves.reason_cycles, w->reasons[i], &ret->reason, err) < 0)
			return -1;
	ret->inside = tsc_read() - begin;
	return 0;
}

/* Adds the cycles that it took to *inside. */
static int touch(struct wait_vm *w, uint32_t page, uint64_t *inside, struct error *err)
{
	uint64_t begin = tsc_read();

	if (tiny_vm_touch(&w->vm, PAGES_AT + page * PAGE_BYTES, err) < 0)
		return -1;
	*inside += tsc_read() - begin;
	if (!w->shared->waited[page])
		return error_set(err, STATUS_SKIP, "no page fault can be made to wait: the page was there");
	return 0;
}

static int choose_wait(struct wait_vm *w, struct error *err)
{
	uint64_t inside = 0;

	if (touch(w, 0, &inside, err) < 0)
		return -1;
	inside *= WAIT_TIMES;
	w->shared->wait = inside < WAIT_MIN ? WAIT_MIN : inside < WAIT_MAX ? inside : WAIT_MAX;
	return 0;
}

static int try_one(struct wait_vm *w, uint32_t page, FILE *out, struct error *err)
{
	struct reading before, after;
	uint64_t inside = 0;

	if (read_cycles(w, &before, err) < 0 || touch(w, page, &inside, err) < 0)
		return -1;
	inside += before.inside;
	pass_cycles(inside);	/* in userspace, where no handling is */
	if (read_cycles(w, &after, err) < 0)
		return -1;
	fprintf(out, "wait %08x %08x %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n",
		w->leaves.total_cycles, w->leaves.reason_cycles, w->shared->waited[page], inside + after.inside,
		before.total, after.total, before.reason, after.reason);
	return 0;
}

/* All on one CPU, so that all times are of one clock. */
char *wait_vm_measure(enum em_layout layout, bool is_svm, struct error *err)
{
	const struct pinned pinned = pinned_begin();
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);
	struct wait_vm w;
	int rc = open_wait_vm(&w, layout, is_svm, err) < 0 || choose_wait(&w, err) < 0 ? -1 : 0;

	for (uint32_t page = 1; rc == 0 && page < PAGES; page++)
		rc = try_one(&w, page, out, err);
	close_wait_vm(&w);
	pinned_end(&pinned);
	return rc < 0 ? NULL : text_close(&text);
}

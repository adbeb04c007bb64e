// SPDX-License-Identifier: GPL-2.0-only
#include "guest/neighbour_vm.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "guest/tiny_vm.h"

#define BURST 20
#define BURSTS 5
#define PAUSE_US 1000000

struct neighbour_vm {
	pid_t pid;
	int go;				/* owned: the pipe's end whose closing lets it begin; -1: it has */
	volatile uint64_t *calls;	/* how many it made; in memory that both processes share */
};

static void live(bool is_svm, volatile uint64_t *calls) __attribute__((noreturn));

/*
 * A few bursts in the guest's first seconds show as well as thousands that the counts are kept
 * apart, and an emulated host switches between two guests only that long.  The VM lives on, and so
 * do its counters.
 */
static void live(bool is_svm, volatile uint64_t *calls)
{
	_cleanup_error_ struct error err = { 0 };
	struct tiny_vm t;

	if (tiny_vm_open(&t, &err) < 0)
		_exit(1);
	for (int i = 0; i < BURSTS && tiny_vm_hypercalls(&t, is_svm, BURST, &err) == 0; i++) {
		*calls += BURST;
		usleep(PAUSE_US);
	}
	for (;;)
		pause();
}

static void be_born(int wait, pid_t parent)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* The pipe's other end is closed by neighbour_vm_go(). */
	while (read(wait, &byte, 1) < 0 && errno == EINTR)
		;
	if (getppid() != parent)
		_exit(1);
}

void neighbour_vm_go(struct neighbour_vm *n)
{
	if (n->go >= 0)
		close(n->go);
	n->go = -1;
}

static void drop(struct neighbour_vm *n)
{
	neighbour_vm_go(n);
	munmap((void *)n->calls, sizeof(*n->calls));
	free(n);
}

struct neighbour_vm *neighbour_vm_start(bool is_svm)
{
	void *shared = mmap(NULL, sizeof(uint64_t), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
			    -1, 0);
	pid_t parent = getpid();
	struct neighbour_vm *n;
	int ends[2];

	if (shared == MAP_FAILED)
		return NULL;
	n = xcalloc(1, sizeof(*n));
	n->calls = shared;
	n->go = -1;
	n->pid = -1;
	if (pipe2(ends, O_CLOEXEC) == 0) {
		n->go = ends[1];
		n->pid = fork();
		if (n->pid == 0) {
			close(ends[1]);
			be_born(ends[0], parent);
			live(is_svm, n->calls);
		}
		close(ends[0]);
	}
	if (n->pid < 0) {
		drop(n);
		return NULL;
	}
	return n;
}

pid_t neighbour_vm_pid(const struct neighbour_vm *n)
{
	return n->pid;
}

uint64_t neighbour_vm_stop(struct neighbour_vm *n)
{
	uint64_t calls;

	if (!n)
		return 0;
	kill(n->pid, SIGKILL);
	waitpid(n->pid, NULL, 0);
	calls = *n->calls;
	drop(n);
	return calls;
}

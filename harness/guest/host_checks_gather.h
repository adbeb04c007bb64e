/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the host finds out beside the guest, with VMs of its own (tiny_vm.h): how CPUID leaves are
 * answered in kernel mode, whether leaves other than ours are answered as stock KVM answers them,
 * whether another VM's exits are kept apart, which cycles a page fault has whose length is known, and what makes the
 * kernel's log grow.  What cannot be
 * found out is left out, and the clause that needs it is skipped.
 */
#ifndef EXITMETER_HOST_CHECKS_GATHER_H
#define EXITMETER_HOST_CHECKS_GATHER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "probe/record.h"

struct neighbour_vm;

struct host_checks_gather {
	char *stock; /* owned: the stock KVM's leaves, a line each; NULL: not known */
	char *now, *kernel; /* owned: what the KVM under test answers */
	char *others, *logs, *waits; /* owned: lines of host-inspect.txt */
	struct neighbour_vm *neighbour;
	uint64_t log_begin;
	bool is_log_known;
};

/*
 * Takes the stock KVM's leaves as this boot's last host_checks_gather_stock() saved them in
 * `cache`, if it did.  params: with which the vendor's module is loaded, or NULL: what KVM can do, and so
 * what it answers, depends on them.
 */
bool host_checks_gather_recall_stock(struct host_checks_gather *g, const char *cache, const char *params);
/* Asks for them, with the stock KVM loaded, and saves them in `cache`. */
int host_checks_gather_stock(struct host_checks_gather *g, const char *cache, const char *params, struct error *err);
/*
 * With the KVM under test loaded, before its guest is made.  EM_LAYOUTS: the layout is found out.
 */
int host_checks_gather_subject(struct host_checks_gather *g, enum em_layout layout, bool is_svm,
			       struct error *err);

/*
 * Makes the neighbour, who waits until start, and lives until write or deinit.  Its exits would be in
 * the figures of modules that count all VMs' exits, so there is none beside those of strangers.
 */
void host_checks_gather_prepare(struct host_checks_gather *g, bool is_svm, bool wants_neighbour);
/* Notes where the kernel's log ends, and lets the neighbour begin. */
void host_checks_gather_start(struct host_checks_gather *g);
/* Number of the neighbour's thread, or 0 where there is none. */
pid_t host_checks_gather_neighbour(const struct host_checks_gather *g);
/* Ends the neighbour, and writes what is known. */
int host_checks_gather_write(struct host_checks_gather *g, bool is_svm, const char *path,
			     struct error *err);
/* Ends the neighbour if it lives, and frees.  Harmless on a zeroed struct. */
void host_checks_gather_deinit(struct host_checks_gather *g);

#endif

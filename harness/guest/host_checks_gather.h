/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the host finds out beside the guest, with VMs of its own (tiny_vm.h):
 * how the CPUID leaves are answered in kernel mode, whether others than the
 * four are answered as stock KVM does, whether another VM's exits are kept
 * apart, and how much the kernel's log grew.  What cannot be had is left out,
 * and the clause that wants it is skipped.
 */
#ifndef EXITMETER_HOST_CHECKS_GATHER_H
#define EXITMETER_HOST_CHECKS_GATHER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "probe/record.h"

struct neighbour_vm;

struct inspect {
	char *stock;		/* owned: its leaves, a line each; NULL: not known */
	char *now, *kernel;	/* owned: of the KVM under test */
	struct neighbour_vm *neighbour;
	uint64_t log_begin;
	bool is_log_known;
};

/* The leaves, with the stock KVM loaded; or those that this boot's last call saved in `cache`. */
bool inspect_recall_stock(struct inspect *in, const char *cache);
int inspect_stock(struct inspect *in, const char *cache, struct error *err);
/* With the KVM under test loaded, before its guest is made; EM_LAYOUTS: in the layout that it speaks. */
int inspect_subject(struct inspect *in, enum em_layout layout, bool is_svm, struct error *err);

/* From here to inspect_stop() there is a neighbour; returns its thread's number, or 0. */
pid_t inspect_start(struct inspect *in, bool is_svm, bool wants_neighbour);
/* Ends it, and writes what is known; harmless where nothing was started. */
int inspect_stop(struct inspect *in, bool is_svm, const char *path, struct error *err);
void inspect_deinit(struct inspect *in);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Samples what the host has counted of a running VM (evidence/timeline.h): the patched KVM's own counters
 * or, of a KVM that has no such file, the oracle.  It reads no register of the guest and stops no vCPU; what it
 * costs is the host's time, which it notes.
 */
#ifndef EXITMETER_SAMPLER_H
#define EXITMETER_SAMPLER_H

#include "base/error.h"
#include "evidence/timeline.h"
#include "guest/oracle.h"
#include "guest/vm_counters.h"

struct sampler {
	/* Given by the caller, and borrowed. */
	const struct vm_counters *vm;
	const struct oracle *oracle;
	const char *counters; /* the file in the VM's debugfs folder */
	bool is_svm;
	long interval_ms; /* 0: nothing is sampled */
	/* Its own. */
	struct timeline timeline;
	struct phases phases;
	struct timeline_row base; /* what had been counted before the first instruction */
	int64_t begin_us, next_us;
	uint64_t begin_tsc;
};

/* Called just before the VM's first instruction. */
void sampler_begin(struct sampler *s);
/* Takes a sample where one is due.  To be called often. */
void sampler_look(struct sampler *s);
/* Takes a sample now, and notes that the guest has come to the mark. */
void sampler_mark(struct sampler *s, enum boot_mark mark);
/* Writes timeline.csv and phases.txt into the run folder; nothing, where nothing was sampled. */
int sampler_save(struct sampler *s, const char *dir, struct error *err);
void sampler_deinit(struct sampler *s);

#endif

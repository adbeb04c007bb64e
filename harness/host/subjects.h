/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Subjects: folders that each hold the KVM modules of one patch.  They are measured one after the other
 * in one boot of a host, because a boot takes longer than a run.
 *
 * A subject may crash the host, or leave it in a state in which the next one cannot be run.  So subjects
 * without a result are run again, in another boot.  Only the first subject of a boot is given up: no
 * other subject can have spoilt the host for it.
 */
#ifndef EXITMETER_SUBJECTS_H
#define EXITMETER_SUBJECTS_H

#include <stddef.h>

#include "run/protocol.h"
#include "run/session.h"

enum subject_state {
	SUBJECT_WAITS,
	SUBJECT_RAN,		/* its run folder is filled */
	SUBJECT_GIVEN_UP,
};

struct subject {
	char *name;		/* the name of its folder */
	char *dir;
	enum subject_state state;
	char *why;		/* why it was given up */
};

struct subjects {
	struct subject *subjects;	/* sorted by the bytes of their names */
	size_t count;
};

/*
 * Takes every folder in `dir` as a subject.  STATUS_USAGE: one has no kvm.ko, or a name that does not
 * fit; it is not skipped, because nobody would notice.
 */
int subjects_load(const char *dir, struct subjects *ret, struct error *err);
void subjects_deinit(struct subjects *s);

/* Hears of each subject that has run, so that its folder run->dir/NAME is filled, or was given up. */
struct subjects_sink {
	void (*over)(void *context, const struct subject *subject);
	void *context;
};

/* 0 when every subject has run or was given up; -1 when no host could be started, or a signal came. */
int host_emulated_series(struct host_run *run, enum host_type host, struct subjects *s,
			 const struct subjects_sink *sink, struct error *err);

#endif

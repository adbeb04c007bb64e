/* SPDX-License-Identifier: GPL-2.0-only */
/* The BPF programs with which oracle_bpf.c counts exits by their reason, and handled.c the calls of KVM's handler. */
#ifndef EXITMETER_ORACLE_PROGRAM_H
#define EXITMETER_ORACLE_PROGRAM_H

#include <linux/bpf.h>
#include <stddef.h>
#include <sys/types.h>

#define ORACLE_PROGRAM_MAX 64	/* instructions */

struct oracle_program {
	int total;		/* map (descriptor): key 0 -> hits of all reasons */
	int reasons;		/* map (descriptor): exit reason -> hits */
	int reason_offset;	/* of the exit reason in the tracepoint's record, in bytes */
	pid_t except;		/* the thread whose exits are not counted; 0: none */
};

/* Each writes the instructions to ret, and returns how many there are.  Pure. */
size_t oracle_program_make(const struct oracle_program *p, struct bpf_insn ret[ORACLE_PROGRAM_MAX]);
/* Counts the total alone: reasons and reason_offset are not looked at. */
size_t oracle_program_make_total(const struct oracle_program *p, struct bpf_insn ret[ORACLE_PROGRAM_MAX]);

#endif

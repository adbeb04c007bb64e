/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The probe reads the exit leaves inside the guest.  It first takes a whole point
 * into memory (measure.c), and only then writes it, as records for the judge
 * (emit.c) or as a table for people (show.c): every byte that is written to a
 * serial port causes an exit too.
 */
#ifndef EXITMETER_PROBE_H
#define EXITMETER_PROBE_H

#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "asks.h"
#include "record.h"
#include "speaks.h"

/* By the guest's clock, which never goes back. */
static inline int64_t probe_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct probe_config {
	enum em_layout layout;	/* EM_LAYOUTS: the probe finds out */
	const char *nonce;	/* hex digits */
	bool carry;		/* spin until the total cycles' low half carries */
};

struct probe_leaf {
	uint32_t fn, sub;
	struct em_regs regs;
	uint64_t tsc;		/* read after the leaf was */
};

struct probe_answer {
	struct em_regs exits, cycles;
};

/* Cycles of exits, and of the TSC, in the same time; a TSC of 0: it was not measured. */
struct probe_pace {
	uint64_t cycles, tsc;
};

/* The least cycles that one exit of a kind has taken; 0 if there was none of it. */
struct probe_handling {
	bool is_measured;
	struct probe_pace work;		/* of the fault that took the greatest part of the time around it */
	uint64_t cpuid, fault;
	uint64_t asking;		/* of a CPUID that asks for figures */
	unsigned int faults;
};

/* CPUIDs that all CPUs execute at once. */
struct probe_crowd {
	unsigned int threads, count;
	unsigned int shrunk;		/* how often a thread has read less than before */
	struct em_regs before, after;	/* the exits by CPUID */
};

/* Two successive readings of the total cycles, where the low half got smaller. */
struct probe_carry {
	uint64_t count;			/* of all readings */
	struct em_regs before, after;
	uint64_t tsc;			/* ticks from just before the first to just after the second */
};

/* One answer of the cpuid tool, and the probe's own readings before and after it. */
struct probe_saying {
	struct em_asking asked;
	struct em_regs before, says, after;
};

/* What the tool answered.  If it was not asked, count is 0 and end is EM_TOOL_ANSWERED. */
struct probe_tool {
	unsigned int count;
	struct probe_saying saying[EM_ASKS];
	enum em_tool_end end;	/* of the last call; EM_TOOL_ANSWERED if all were answered */
	int code;		/* of the last call: an exit code, a signal or an errno */
	struct em_asking last;
};

/* All figures at one moment; total and cycles are the leaves of the totals. */
struct probe_reading {
	struct em_regs total, cycles;
	struct probe_answer sweep[EM_SWEEP_COUNT];
};

/* What was carried out n times between two readings. */
struct probe_operation {
	enum em_op_why why;		/* EM_OP_DONE, or n is 0 */
	unsigned int n, tries;		/* of so many tries, it is that with the fewest exits of the law's reason */
	uint64_t tsc;			/* that passed from reading to reading */
	struct probe_reading before, after;
};

/* What became of a workload. */
struct probe_workload {
	enum em_run_end end;
	int code;			/* its exit status, the signal that killed it, or an errno */
	uint64_t ms, bytes;		/* how long it ran, and how much it has printed */
	char said[EM_SAID_MAX];		/* the first of these bytes */
};

struct measurement {
	enum em_layout layout;		/* in which it was read */
	enum em_vendor vendor;
	long cpus;
	uint64_t tsc_begin, tsc_end;
	uint64_t tsc_khz;	/* 0: the CPU does not tell */
	struct em_regs asked[EM_ASKED][EM_NR_LEAVES];
	struct em_telling telling[EM_NR_LEAVES];	/* what these answers come to */
	struct probe_leaf leaf[EM_TAGS];
	unsigned int spin_count;
	struct em_regs spin_before, spin_after;
	struct probe_answer sweep[EM_SWEEP_COUNT];
	struct probe_handling handling;	/* not measured if the KVM tells no cycles */
	struct probe_pace busy, asleep;	/* not measured if it tells no total cycles */
	struct probe_crowd crowd;	/* no threads: there was none */
	struct probe_tool tool;
	struct probe_carry carry;	/* a count of 0: it was not asked for */
	const struct probe_operation *operations;	/* EM_OPS of them; NULL: there were none */
	const struct probe_workload *workload;	/* NULL: there was none */
};

/* What was asked of the four leaves, by whatever thread. */
struct probe_asks {
	unsigned int count;
	unsigned int high;		/* how many answers had something in a high half */
	struct em_asking first_high;	/* the first of these, and its high halves */
	struct em_regs high_halves;
};

/* cpu.c */
struct em_regs probe_cpuid(uint32_t fn, uint32_t sub);
/* What was asked since the last probe_asks_forget(). */
struct probe_asks probe_asks(void);
void probe_asks_forget(void);
uint64_t probe_tsc(void);
enum em_vendor probe_vendor(const struct em_regs *leaf0);
uint64_t probe_tsc_khz(void);
uint32_t probe_cpuid_reason(enum em_vendor vendor);

/*
 * The number of CPUs online at the first call.  It is kept, since musl counts only those
 * CPUs that a pinned process may use.
 */
long probe_cpus(void);

/* Pins this process to one CPU, so that TSC readings compare.  0, or -1 with errno set. */
int probe_pin(int cpu);

/*
 * How many CPUIDs a point has executed to see them counted.  All that the probe does before the last point stands in the
 * figures of the boot, so it does little there.
 */
#define PROBE_SPINS 1000
static inline unsigned int probe_spins_at(enum em_point point)
{
	return point == EM_SHUTDOWN ? PROBE_SPINS : 16;
}

/*
 * measure.c: pins the process to CPU 0, and reads a point.  For EM_LAYOUTS it finds out
 * the layout, and takes split if no layout fits.
 */
void probe_measure(enum em_layout layout, unsigned int spins, struct measurement *ret);
/* The same for the totals alone, into the tags first.*. */
void probe_measure_totals(enum em_layout layout, struct measurement *ret);
/* Reads what costs many exits, and is read only once, at the last point. */
void probe_measure_apart(struct measurement *m, bool carry);

/* handling.c: by the cycles of a reason, or total ones.  has_total, has_reasons: which exits are told. */
void probe_handling(const struct em_leaves *leaves, enum em_vendor vendor, bool has_total, bool has_reasons,
		    bool by_reason, struct probe_handling *ret);
/* pace.c: takes some 160 ms; leaf is that of total cycles. */
void probe_paces(uint32_t leaf, struct probe_pace *ret_busy, struct probe_pace *ret_asleep);
/* crowd.c: for a machine with several CPUs; leaf tells the exits of a reason, or total exits. */
void probe_crowd(uint32_t leaf, enum em_vendor vendor, struct probe_crowd *ret);
/* operations.c: carries out all operations; EM_OPS of them, in static storage.  It takes seconds. */
const struct probe_operation *probe_operations(enum em_layout layout, enum em_vendor vendor);
/*
 * operation_work.c: prepares an operation, and says how often it is to be carried out, or why it cannot be;
 * carries it out; and ends it.
 */
enum em_op_why probe_op_begin(enum em_op op, enum em_vendor vendor, unsigned int *ret_n);
void probe_op_do(enum em_op op, enum em_vendor vendor, unsigned int n);
void probe_op_end(enum em_op op);
/*
 * workload.c: runs a program of the user's for so many seconds at most, between the points work and worked.
 * Returns the exit code of the probe, whatever the program's is.
 */
int probe_workload(const char *device, const char *path, unsigned int seconds, const struct probe_config *config);
/* The variable of the environment that stands for --layout where that is not given. */
#define PROBE_LAYOUT "EXITMETER_LAYOUT"
/*
 * shell.c: as process 1 of a guest at whose console somebody types.  Returns 0 when the guest is to be powered off,
 * -1 with errno where it has no shell.
 */
int probe_shell(enum em_layout layout);
/* tool.c: asks the cpuid tool.  This takes a second, or more if the tool does not answer. */
void probe_tool(const struct measurement *m, struct probe_tool *ret);
/*
 * tool_run.c: runs the program, and takes at most size - 1 bytes of its output.  Unless it
 * returns EM_TOOL_ANSWERED, ret_code is an exit code, a signal or an errno.
 */
enum em_tool_end tool_run(char *const argv[], char *said, size_t size, int *ret_code);
/* tool_text.c: parses the tool's output; false if it is not an answer to what was asked. */
bool tool_text_read(const char *said, const struct em_asking *asked, struct em_regs *ret);
/* carry.c: takes seconds, and gives up after CARRY_SECONDS. */
void probe_carry(const struct em_leaves *leaves, struct probe_carry *ret);

/* Where records go: into the mailbox, or to a file or serial port if there is none. */
struct outlet {
	struct em_mailbox *mailbox;	/* NULL: there is none */
	int fd;
};

/* emit.c: writes the records of a point; 0, or -1 with errno set. */
int probe_emit(const struct outlet *outlet, const struct measurement *m, enum em_point point,
	       const struct probe_config *config);

/*
 * mailbox.c: the mailbox of the run with this nonce, mapped until the process ends; NULL if there is
 * none, or if a lockdown of the kernel forbids it.
 */
struct em_mailbox *mailbox_find(const char *nonce);
/* Tells the host that the reading of a point begins. */
void mailbox_begin_point(struct em_mailbox *box);
/* Appends a whole record; 0, or -1 with errno set if there is no room for it. */
int mailbox_write(struct em_mailbox *box, const char *line, size_t len);

/* serial.c: each returns -1 after printing the reason on stderr. */
int serial_open(const char *device);
int serial_finish(int fd, const char *device);

/* show.c: prints a table for people, and returns the exit code of the program. */
int probe_show(enum em_layout layout);
int probe_show_classic(enum em_layout layout);

/* point.c: measures and writes one point, and returns the exit code of the program. */
int probe_point(const char *device, enum em_point point, const struct probe_config *config);
/* The same, with what became of a workload. */
int probe_point_worked(const char *device, const struct probe_workload *workload, const struct probe_config *config);

/*
 * reboot_mark.c: a mark that survives a micro guest's reset.  The first function
 * returns 1 if this is the boot after the marked one, else 0; the second one sets the
 * mark, and returns 0.  Both return -1 with errno set.
 */
int probe_is_second_boot(void);
int probe_mark_first_boot(void);

/* init.c: runs a micro guest from its boot to its end, and does not return. */
void probe_init(void) __attribute__((noreturn));

/* names.c: -1 if there is no such name.  "auto" is EM_LAYOUTS. */
int layout_by_name(const char *name);
int point_by_name(const char *name);
bool nonce_is_valid(const char *nonce);

#endif

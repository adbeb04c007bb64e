/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The probe: reads the exit leaves inside the guest.  It takes a whole point
 * into memory first (measure.c) and only then lets it out, as records for the
 * judge (emit.c) or as a table for people (show.c), because every byte that
 * goes to a serial port is an exit too.
 */
#ifndef EXITMETER_PROBE_H
#define EXITMETER_PROBE_H

#include <stdbool.h>
#include <stdint.h>

#include "asks.h"
#include "record.h"
#include "speaks.h"

struct probe_config {
	enum em_layout layout;	/* EM_LAYOUTS: find out */
	const char *nonce;	/* hex digits */
	bool carry;		/* spin until the total cycles' low half carries */
};

struct probe_leaf {
	uint32_t fn, sub;
	struct em_regs regs;
	uint64_t tsc;		/* read after the leaf */
};

struct probe_answer {
	struct em_regs exits, cycles;
};

/* Cycles of one exit, the least of several; 0: none was seen. */
struct probe_handling {
	bool is_measured;
	uint64_t cpuid, fault;
	unsigned int faults;
};

/* CPUIDs on all CPUs at once. */
struct probe_crowd {
	unsigned int threads, count;
	unsigned int shrunk;		/* how often a thread read less than before */
	struct em_regs before, after;	/* the exits leaf of the CPUID reason */
};

/* Two readings of the total cycles in a row, the low half of the later one below the other's. */
struct probe_carry {
	uint64_t count;
	struct em_regs before, after;
	uint64_t tsc;			/* passed from just before the one to just after the other */
};

/* One answer of the cpuid tool, between two of our own. */
struct probe_saying {
	struct em_asking asked;
	struct em_regs before, says, after;
};

/* Of no sayings, and ended as answered: it was not asked. */
struct probe_tool {
	unsigned int count;
	struct probe_saying saying[EM_ASKS];
	enum em_tool_end end;	/* of the last asking; its answer counts if it is one */
	int code;		/* of that: an exit code, a signal, an errno */
	struct em_asking last;
};

struct measurement {
	enum em_layout layout;		/* that it was read in */
	enum em_vendor vendor;
	long cpus;
	uint64_t tsc_begin, tsc_end;
	uint64_t tsc_khz;	/* 0: the CPU does not say */
	struct em_regs asked[EM_ASKED][EM_NR_LEAVES];
	struct probe_leaf leaf[EM_TAGS];
	unsigned int spin_count;
	struct em_regs spin_before, spin_after;
	struct probe_answer sweep[EM_SWEEP_COUNT];
	struct probe_handling handling;	/* of no cycles: the layout does not tell */
	struct probe_crowd crowd;	/* of no threads: there was none */
	struct probe_tool tool;
	struct probe_carry carry;	/* of no CPUIDs: it was not asked for */
};

/* cpu.c */
struct em_regs probe_cpuid(uint32_t fn, uint32_t sub);
uint64_t probe_tsc(void);
enum em_vendor probe_vendor(const struct em_regs *leaf0);
uint64_t probe_tsc_khz(void);
uint32_t probe_cpuid_reason(enum em_vendor vendor);

/* The CPUs online when first asked: musl counts only those a pinned process may use. */
long probe_cpus(void);

/* Pins this process to one CPU, so that its TSC readings can be compared. */
int probe_pin(int cpu);

/* measure.c: pins the process to CPU 0 first. EM_LAYOUTS: in the layout that is spoken, else split. */
void probe_measure(enum em_layout layout, struct measurement *ret);
/* What costs many exits, and comes once, at the last point. */
void probe_measure_apart(struct measurement *m, bool carry);

/* handling.c: for a layout that tells cycles of a reason. */
void probe_handling(const struct em_leaves *leaves, enum em_vendor vendor, struct probe_handling *ret);
/* crowd.c: for a machine of several CPUs; ends on CPU 0. */
void probe_crowd(const struct em_leaves *leaves, enum em_vendor vendor, struct probe_crowd *ret);
/* tool.c: what the cpuid tool reads; takes a second, and more where the tool does not answer. */
void probe_tool(const struct measurement *m, struct probe_tool *ret);
/* tool_run.c: what the program says, at most size - 1 bytes; of an end but answered, ret_code tells more. */
enum em_tool_end tool_run(char *const argv[], char *said, size_t size, int *ret_code);
/* tool_text.c: takes what it said apart; false: that is no answer to what was asked. */
bool tool_text_read(const char *said, const struct em_asking *asked, struct em_regs *ret);
/* carry.c: takes seconds, and is given up after CARRY_SECONDS. */
void probe_carry(const struct em_leaves *leaves, struct probe_carry *ret);

/* emit.c: writes the records of a point; 0, or -1 with errno set. */
int probe_emit(int fd, const struct measurement *m, enum em_point point,
	       const struct probe_config *config);

/* serial.c: each returns -1 after having told on stderr why. */
int serial_open(const char *device);
int serial_finish(int fd, const char *device);

/* show.c: for people; the exit code of the program. */
int probe_show(enum em_layout layout);
int probe_show_classic(enum em_layout layout);

/* point.c: one point, measured and written; the exit code of the program. */
int probe_point(const char *device, enum em_point point, const struct probe_config *config);

/*
 * reboot_mark.c: what of a micro guest outlives its reset.  1 if this is
 * the boot after the marked one, 0 if not; and the mark.  -1 with errno set.
 */
int probe_is_second_boot(void);
int probe_mark_first_boot(void);

/* init.c: the whole life of a micro guest.  Does not return. */
void probe_init(void) __attribute__((noreturn));

/* names.c: -1 if there is no such name. */
int layout_by_name(const char *name);
int point_by_name(const char *name);
bool nonce_is_valid(const char *nonce);

#endif

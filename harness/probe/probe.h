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

#include "record.h"

struct probe_config {
	enum em_layout layout;
	const char *nonce;	/* hex digits */
};

struct probe_leaf {
	uint32_t fn, sub;
	struct em_regs regs;
	uint64_t tsc;		/* read after the leaf */
};

struct probe_answer {
	struct em_regs exits, cycles;
};

struct measurement {
	enum em_vendor vendor;
	long cpus;
	uint64_t tsc_begin, tsc_end;
	uint64_t tsc_khz;	/* 0: the CPU does not say */
	struct probe_leaf leaf[EM_TAGS];
	unsigned int spin_count;
	struct em_regs spin_before, spin_after;
	struct probe_answer sweep[EM_SWEEP_COUNT];
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

/* measure.c: pins the process to CPU 0 first. */
void probe_measure(enum em_layout layout, struct measurement *ret);

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
 * mark.c: what of a micro guest outlives its reset.  1 if this is
 * the boot after the marked one, 0 if not; and the mark.  -1 with errno set.
 */
int probe_is_second_boot(void);
int probe_mark_first_boot(void);

/* init.c: the whole life of a micro guest.  Does not return. */
void probe_init(void) __attribute__((noreturn));

/* names.c: -1 if there is no such name. */
int layout_by_name(const char *name);
int point_by_name(const char *name);
const char *layout_name(enum em_layout layout);
bool nonce_is_valid(const char *nonce);

#endif

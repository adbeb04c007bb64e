/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The record grammar: the one header that guest and host share.
 *
 * One record a line, printable ASCII, at most EM_RECORD_MAX bytes with the
 * newline:
 *
 *	EM1 <seq> <point> <kind> [key=value]... ~<crc32 of all before " ~">
 *
 * seq is decimal, starts at 0 at each point and has no gap, so that a lost or
 * torn line is seen as such.  Keys come in the order given here:
 *
 *	begin  nonce= layout= vendor= cpus= tsc= tsc_khz= kernel=
 *	leaf   tag= fn= sub= regs= tsc=		regs is eax:ebx:ecx:edx
 *	sweep  lo= hi= x= c=			answers of the exits and cycles leaf
 *	spin   n= before= after=		the CPUID reason around n CPUIDs
 *	ask    sub= fc= fd= fe= ff=		the four leaves, for an undefined reason and that of CPUID
 *	handling cpuid= fault= faults=		least cycles of a CPUID, of a nested page fault, of so many
 *	crowd  threads= n= before= after= shrunk=	the CPUID reason around n CPUIDs of all CPUs
 *	carry  n= before= after= tsc=		total cycles before and after their low half carried
 *	tool   fn= sub= before= says= after=	what Debian's cpuid tells, between two readings (asks.h)
 *	notool why= code= fn= sub=		why it did not, and all that come after
 *	end    records= tsc= total= cycles=	the totals' leaves, when the rest was out
 *
 * The points, in the order of a guest's life: early and boot; where a reboot is
 * measured, reboot (just before the guest orders it), then early2 and boot2,
 * which are early and boot once more; and shutdown.
 *
 * A point reads, in this order: first.*, raw.*, spin, again.*, before.*, the sweep,
 * after.*, the asks (first of all where the layout is to be found out); "*" is `total` and then `cycles`, a CPUID each, in every
 * layout.  Shutdown then has, where the layout tells cycles of a reason, the
 * handling; where there are several CPUs, the crowd; the tools, and a notool where
 * they are not all; where it is asked for, the carry.  All is held in memory until
 * the last of them has been read.  What the
 * writing then cost, the end tells.  (Older probes write no ask, handling, crowd,
 * carry, tool or notool, and end without total= and cycles=.)
 */
#ifndef EXITMETER_RECORD_H
#define EXITMETER_RECORD_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#define EM_MAGIC "EM1 "
#define EM_RECORD_MAX 255
#define EM_NONCE_MAX 64		/* hex digits */
#define EM_RELEASE_MAX 64	/* bytes of `uname -r` */

enum em_point { EM_EARLY, EM_BOOT, EM_REBOOT, EM_EARLY2, EM_BOOT2, EM_SHUTDOWN, EM_POINTS };
#define EM_POINT_NAMES { "early", "boot", "reboot", "early2", "boot2", "shutdown" }

enum em_kind { EM_BEGIN, EM_LEAF, EM_SWEEP, EM_SPIN, EM_END, EM_ASK, EM_HANDLING, EM_CROWD, EM_CARRY, EM_TOOL, EM_NOTOOL,
	       EM_KINDS };
#define EM_KIND_NAMES { "begin", "leaf", "sweep", "spin", "end", "ask", "handling", "crowd", "carry", "tool", "notool" }

enum em_layout { EM_SPLIT, EM_COMBINED, EM_REVERSED, EM_LAYOUTS };
#define EM_LAYOUT_NAMES { "split", "combined", "reversed" }

enum em_vendor { EM_SVM, EM_VMX, EM_UNKNOWN, EM_VENDORS };
#define EM_VENDOR_NAMES { "svm", "vmx", "unknown" }

enum em_tag {
	EM_TAG_VENDOR, EM_TAG_BEYOND,
	EM_TAG_FIRST_TOTAL, EM_TAG_FIRST_CYCLES,
	EM_TAG_RAW_FC, EM_TAG_RAW_FD, EM_TAG_RAW_FE, EM_TAG_RAW_FF,
	EM_TAG_AGAIN_TOTAL, EM_TAG_AGAIN_CYCLES,
	EM_TAG_BEFORE_TOTAL, EM_TAG_BEFORE_CYCLES,
	EM_TAG_AFTER_TOTAL, EM_TAG_AFTER_CYCLES,
	EM_TAGS
};
#define EM_TAG_NAMES {				\
	"vendor", "beyond",			\
	"first.total", "first.cycles",		\
	"raw.fc", "raw.fd", "raw.fe", "raw.ff",	\
	"again.total", "again.cycles",		\
	"before.total", "before.cycles",	\
	"after.total", "after.cycles" }

struct em_regs {
	uint32_t eax, ebx, ecx, edx;
};

/* Which leaf says what in a layout; reason_cycles is 0 where there is none. */
struct em_leaves {
	uint32_t total, total_cycles, reason, reason_cycles;
};

#define EM_LEAF_FIRST 0x4ffffffcu	/* the lowest of the four leaves */

static inline struct em_leaves em_leaves_of(enum em_layout layout)
{
	static const struct em_leaves leaves[EM_LAYOUTS] = {
		[EM_SPLIT] = { 0x4fffffff, 0x4ffffffe, 0x4ffffffd, 0x4ffffffc },
		[EM_COMBINED] = { 0x4fffffff, 0x4fffffff, 0x4ffffffe, 0 },
		[EM_REVERSED] = { 0x4ffffffc, 0x4ffffffd, 0x4ffffffe, 0x4fffffff },
	};

	return leaves[layout];
}

/* The exit reason of CPUID itself. */
#define EM_SVM_CPUID 0x72
#define EM_VMX_CPUID 10
/* Of a nested page fault. */
#define EM_SVM_NPF 0x400
#define EM_VMX_EPT_VIOLATION 48

/* The numbers swept, ascending, the same for every vendor. */
struct em_range {
	uint32_t lo, hi;
};

#define EM_SWEEP_RANGES {						\
	{ 0, 0xff }, { 0x3ff, 0x410 }, { 0xffff, 0xffff },		\
	{ 0x7fffffff, 0x7fffffff }, { 0xf0000000, 0xf0000000 },	\
	{ 0xfffffffe, 0xffffffff } }
#define EM_SWEEP_RANGE_COUNT 6
#define EM_SWEEP_COUNT (0x100 + 0x12 + 1 + 1 + 1 + 2)

/* The index-th number of the sweep; index must be below EM_SWEEP_COUNT. */
static inline uint32_t em_sweep_number(unsigned int index)
{
	static const struct em_range ranges[EM_SWEEP_RANGE_COUNT] = EM_SWEEP_RANGES;
	unsigned int i = 0;

	while (index > ranges[i].hi - ranges[i].lo) {
		index -= ranges[i].hi - ranges[i].lo + 1;
		i++;
	}
	return ranges[i].lo + index;
}

/* CRC-32 as in zlib and Ethernet; bit by bit, since a point has few bytes. */
static inline uint32_t em_crc32(const void *data, size_t len)
{
	const unsigned char *p = data;
	uint32_t crc = 0xffffffff;

	while (len--) {
		crc ^= *p++;
		for (int bit = 0; bit < 8; bit++)
			crc = (crc >> 1) ^ (0xedb88320 & -(crc & 1));
	}
	return ~crc;
}

/*
 * Formats one record, checksum and newline included, and returns its length,
 * or -1 if it does not fit.
 */
static inline __attribute__((format(printf, 5, 6)))
int em_record_format(char line[EM_RECORD_MAX + 1], unsigned int seq, enum em_point point,
		     enum em_kind kind, const char *fmt, ...)
{
	static const char *const points[] = EM_POINT_NAMES;
	static const char *const kinds[] = EM_KIND_NAMES;
	const int seal = 11;	/* " ~", eight digits, newline */
	int room = EM_RECORD_MAX - seal + 1, len, n;
	va_list ap;

	len = snprintf(line, (size_t)room, EM_MAGIC "%u %s %s ", seq, points[point], kinds[kind]);
	if (len < 0 || len >= room)
		return -1;
	va_start(ap, fmt);
	n = vsnprintf(line + len, (size_t)(room - len), fmt, ap);
	va_end(ap);
	if (n < 0 || n >= room - len)
		return -1;
	len += n;
	return len + snprintf(line + len, (size_t)seal + 1, " ~%08x\n",
			      (unsigned int)em_crc32(line, (size_t)len));
}

#define EM_REGS_FMT "%08x:%08x:%08x:%08x"
#define EM_REGS_ARG(r) (r)->eax, (r)->ebx, (r)->ecx, (r)->edx

#endif

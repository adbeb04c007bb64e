/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The records that the probe writes into the mailbox (below) or to the guest's second
 * serial port, and that the harness reads there.  The probe and the harness share this header, speaks.h and
 * asks.h, and nothing else.
 *
 * A record is one line of printable ASCII, of at most EM_RECORD_MAX bytes with the
 * newline:
 *
 *	EM1 <seq> <point> <kind> [key=value]... ~<crc32 of all before " ~">
 *
 * seq is decimal, starts at 0 at each point and has no gap, so that a lost or torn
 * line is noticed.  These are the kinds, with their keys in the order in which they
 * are written:
 *
 *	begin  nonce= layout= vendor= cpus= tsc= tsc_khz= kernel=
 *	leaf   tag= fn= sub= regs= tsc=		one CPUID; regs is eax:ebx:ecx:edx
 *	sweep  lo= hi= x= c=			the exits and the cycles leaf, for reasons lo to hi
 *	spin   n= before= after=		exits by CPUID, before and after n CPUIDs: many at shutdown, and few
 *						where they stand in the figures of the boot
 *	ask    sub= fc= fd= fe= ff=		the four leaves, for the reason sub (speaks.h)
 *	op     name= why= n= tries= tsc= x= to= c= to=	an operation that was carried out n times, or why it was
 *						not; total exits (eax) and total cycles before and after it
 *	part   sub= x= to= c= to=		the same of a reason with exits, of the operation before
 *	ran    end= code= ms= bytes=		how the workload ended: its exit status or the signal, after how long,
 *						and how many bytes it has printed
 *	said   at= hex=				some of these bytes, of which the first EM_SAID_MAX are told
 *	high   n= fn= sub= regs=		how many answers had something in the high halves of rax, rbx,
 *						rcx and rdx, and these halves of the first of them
 *	handling cpuid= fault= faults=		the least cycles of a CPUID's exit, and of one of
 *						`faults` slow exits: nested page faults, or by totals
 *						alone undefined instructions
 *	pace   work= in= busy= in= asleep= in=	cycles of exits, and cycles of TSC in which they came: of the
 *						long page fault that took the most of the time around it, and
 *						where the guest computed and slept; 0 in= 0: not measured
 *	crowd  threads= n= before= after= shrunk=	exits by CPUID, before and after n CPUIDs on
 *						all CPUs at once
 *	carry  n= before= after= tsc=		total cycles, before and after their low half carried
 *	tool   fn= sub= before= says= after=	what Debian's cpuid tool prints for a leaf, between two
 *						readings of the probe's own (asks.h)
 *	notool why= code= fn= sub=		why the tool gave no answer; it is not asked again
 *	end    records= tsc= total= cycles= asks=	the totals' leaves, when all else is written; how often
 *						one of the four leaves was asked for since the point began
 *
 * The points, in the order of a guest's life, are early and boot; then, if a reboot is
 * measured, reboot (just before the guest orders it), early2 and boot2 (early and boot
 * once more); if operations are measured, operations (just after them); if a workload is, work and worked (just
 * before and after it); and shutdown.
 *
 * At each point the probe reads, in this order: first.*, raw.*, spin, again.*, before.*,
 * the sweep, after.*, and the asks.  If the layout is to be found out, the asks come
 * first of all.  "*" is `total` and then `cycles`, which are one CPUID each in every
 * layout.  Before each CPUID, rbx and rdx hold EM_SEED_RBX and EM_SEED_RDX.  At
 * shutdown the probe then reads the handling and the pace, if the KVM tells cycles; the
 * crowd, if there are several CPUs; the tools, and a notool if not all of them are
 * answered; and the carry, if it is asked for.  The probe holds everything in memory until
 * it has read the last of them, and then writes; the end record shows what the writing has
 * cost.  (Older probes write no ask, or two of them, no high, pace, handling, crowd, carry,
 * tool or notool, and no total=, cycles= or asks= at the end; they put nothing into rbx and
 * rdx.)
 */
#ifndef EXITMETER_RECORD_H
#define EXITMETER_RECORD_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define EM_MAGIC "EM1 "
#define EM_RECORD_MAX 255
#define EM_NONCE_MAX 64		/* hex digits */
/* What the registers hold that CPUID does not read.  Each half is unlike any figure, 0 and an address. */
#define EM_SEED_RBX 0x5eedb0b15eedb2b3ull
#define EM_SEED_RDX 0x5eedd0d15eedd2d3ull
#define EM_RELEASE_MAX 64	/* bytes of `uname -r` */

/*
 * Each enum below has its names beside it, as records have them and the harness's JSON
 * files too.  The last constant of an enum is the number of its values.
 */
enum em_point { EM_EARLY, EM_BOOT, EM_REBOOT, EM_EARLY2, EM_BOOT2, EM_OPERATIONS, EM_WORK, EM_WORKED, EM_SHUTDOWN, EM_POINTS };
static const char *const em_point_names[EM_POINTS] = {
	"early", "boot", "reboot", "early2", "boot2", "operations", "work", "worked", "shutdown",
};

enum em_kind { EM_BEGIN, EM_LEAF, EM_SWEEP, EM_SPIN, EM_END, EM_ASK, EM_HANDLING, EM_CROWD, EM_CARRY, EM_TOOL, EM_NOTOOL,
	       EM_HIGH, EM_PACE, EM_OP, EM_PART, EM_RAN, EM_SAID, EM_KINDS };
static const char *const em_kind_names[EM_KINDS] = {
	"begin", "leaf", "sweep", "spin", "end", "ask", "handling", "crowd", "carry", "tool", "notool",
	"high", "pace", "op", "part", "ran", "said",
};

enum em_layout { EM_SPLIT, EM_COMBINED, EM_REVERSED, EM_LAYOUTS };
#define EM_LAYOUT_WORDS "split", "combined", "reversed"
static const char *const em_layout_names[EM_LAYOUTS] = { EM_LAYOUT_WORDS };

enum em_vendor { EM_SVM, EM_VMX, EM_UNKNOWN, EM_VENDORS };
static const char *const em_vendor_names[EM_VENDORS] = { "svm", "vmx", "unknown" };

enum em_tag {
	EM_TAG_VENDOR, EM_TAG_BEYOND,
	EM_TAG_FIRST_TOTAL, EM_TAG_FIRST_CYCLES,
	EM_TAG_RAW_FC, EM_TAG_RAW_FD, EM_TAG_RAW_FE, EM_TAG_RAW_FF,
	EM_TAG_AGAIN_TOTAL, EM_TAG_AGAIN_CYCLES,
	EM_TAG_BEFORE_TOTAL, EM_TAG_BEFORE_CYCLES,
	EM_TAG_AFTER_TOTAL, EM_TAG_AFTER_CYCLES,
	EM_TAGS
};
static const char *const em_tag_names[EM_TAGS] = {
	"vendor", "beyond",
	"first.total", "first.cycles",
	"raw.fc", "raw.fd", "raw.fe", "raw.ff",
	"again.total", "again.cycles",
	"before.total", "before.cycles",
	"after.total", "after.cycles",
};

struct em_regs {
	uint32_t eax, ebx, ecx, edx;
};

/* The leaf in which a layout has each figure; reason_cycles is 0 if it has no leaf. */
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
/* The exit reason of a nested page fault. */
#define EM_SVM_NPF 0x400
#define EM_VMX_EPT_VIOLATION 48
/* That of an undefined instruction: on VMX all exceptions and NMIs have one. */
#define EM_SVM_EXCP_UD 0x46
#define EM_VMX_EXCEPTION_NMI 0

/* Those of access to a port, and of RDTSC. */
#define EM_SVM_IOIO 0x7b
#define EM_VMX_IO 30
#define EM_SVM_RDTSC 0x6e
#define EM_VMX_RDTSC 16

/* The reasons that the sweep asks for, ascending; they are the same for every vendor. */
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

/*
 * What the guest does between two readings, in this order.  The first is nothing: what the readings cost.
 * A reading is the totals, exits and cycles, and then a sweep.
 */
enum em_op {
	EM_OP_READINGS, EM_OP_IDLE, EM_OP_CPUID, EM_OP_PORT, EM_OP_FAULT, EM_OP_TIMER, EM_OP_CONSOLE, EM_OP_FORK,
	EM_OP_FSYNC, EM_OP_IPI, EM_OP_MSR, EM_OP_RDTSC, EM_OP_HYPERCALL,
	EM_OPS
};
static const char *const em_op_names[EM_OPS] = {
	"readings", "idle", "cpuid", "port", "fault", "timer", "console", "fork",
	"fsync", "ipi", "msr", "rdtsc", "hypercall",
};
#define EM_OP_PARTS_MAX 48	/* reasons with exits that are told of an operation */

/* Whether an operation was carried out, and why not. */
enum em_op_why { EM_OP_DONE, EM_OP_NO_DEVICE, EM_OP_NO_DISK, EM_OP_ONE_CPU, EM_OP_REFUSED, EM_OP_WHYS };
static const char *const em_op_whys[EM_OP_WHYS] = { "done", "no-device", "no-disk", "one-cpu", "refused" };

/* How a workload ended.  Its words go into records as hex digits, so that none of them is taken for a record. */
enum em_run_end { EM_RUN_EXITED, EM_RUN_KILLED, EM_RUN_LATE, EM_RUN_UNSTARTED, EM_RUN_ENDS };
static const char *const em_run_ends[EM_RUN_ENDS] = { "exited", "killed", "late", "unstarted" };
#define EM_SAID_MAX 16384	/* bytes of its words that are kept */
#define EM_SAID_BYTES 80	/* of a record */

/* How many CPUIDs lie between an answer in a reading and the same answer in the next one: all of a reading. */
static inline unsigned int em_reading_cpuids(enum em_layout layout)
{
	return 2 + EM_SWEEP_COUNT * (em_leaves_of(layout).reason_cycles ? 2 : 1);
}

/* An operation of which a law says how many exits of a reason it has: `each` for each time. */
struct em_op_law {
	bool is_law;
	uint32_t reason;
	unsigned int each;
};

static inline struct em_op_law em_op_law_of(enum em_op op, enum em_vendor vendor)
{
	bool is_svm = vendor == EM_SVM;

	if (op == EM_OP_CPUID)
		return (struct em_op_law){ true, is_svm ? EM_SVM_CPUID : EM_VMX_CPUID, 1 };
	if (op == EM_OP_PORT)
		return (struct em_op_law){ true, is_svm ? EM_SVM_IOIO : EM_VMX_IO, 1 };
	if (op == EM_OP_RDTSC)
		return (struct em_op_law){ true, is_svm ? EM_SVM_RDTSC : EM_VMX_RDTSC, 0 };
	return (struct em_op_law){ false, 0, 0 };
}

/* The CRC-32 of zlib and Ethernet, computed bit by bit, since a point has few bytes. */
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
	const int seal = 11;	/* " ~", eight digits, newline */
	int room = EM_RECORD_MAX - seal + 1, len, n;
	va_list ap;

	len = snprintf(line, (size_t)room, EM_MAGIC "%u %s %s ", seq, em_point_names[point],
		       em_kind_names[kind]);
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

/*
 * The mailbox is a piece of memory that the guest and the host share: BAR 2 of a PCI device of
 * QEMU's, ivshmem-plain.  A byte that is written there causes no exit, and one that is written to
 * a serial port causes two.  So the probe writes its records into the mailbox where it finds one
 * with the nonce of its run, and to the port elsewhere.
 */
#define EM_MAILBOX_BYTES (1u << 20)
#define EM_MAILBOX_VENDOR "0x1af4"	/* as sysfs has them */
#define EM_MAILBOX_DEVICE "0x1110"

struct em_mailbox {
	char nonce[EM_NONCE_MAX + 8];	/* with a zero at its end; the host writes it before the guest runs */
	uint32_t points;		/* how many points the guest has begun to read */
	uint32_t bytes;			/* how many bytes of text the guest has written */
	char text[EM_MAILBOX_BYTES - EM_NONCE_MAX - 16];
};

#define EM_REGS_FMT "%08x:%08x:%08x:%08x"
#define EM_REGS_ARG(r) (r)->eax, (r)->ebx, (r)->ecx, (r)->edx

#endif

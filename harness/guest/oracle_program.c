// SPDX-License-Identifier: GPL-2.0-only
#include "guest/oracle_program.h"

#include <stdint.h>

#include "base/memory.h"

enum label { NO_LABEL, TOTAL_IS_COUNTED, COUNT_REASON, DONE };

/* An instruction, or a label, which takes no room in the program. */
struct line {
	enum label here;
	enum label to;		/* where the instruction jumps to */
	struct bpf_insn insn;
};

/* clang-format off */
#define INSN_TO(label, c, d, s, o, i) \
	{ .to = (label), \
	  .insn = { .code = (c), .dst_reg = (d), .src_reg = (s), .off = (int16_t)(o), .imm = (i) } }
#define INSN(c, d, s, o, i) INSN_TO(NO_LABEL, c, d, s, o, i)
#define LABEL(label) { .here = (label) }
#define LOAD_U32(d, s, o) INSN(BPF_LDX | BPF_MEM | BPF_W, d, s, o, 0)
#define STORE_U32(d, o, s) INSN(BPF_STX | BPF_MEM | BPF_W, d, s, o, 0)
#define STORE_0(size, d, o) INSN(BPF_ST | BPF_MEM | (size), d, 0, o, 0)
#define SET(d, i) INSN(BPF_ALU64 | BPF_MOV | BPF_K, d, 0, 0, i)
/* Takes the low half and makes the high one 0. */
#define SET_LOW(d, s) INSN(BPF_ALU | BPF_MOV | BPF_X, d, s, 0, 0)
/* The address of what stands at o in the stack's frame. */
#define SET_LOCAL(d, o) \
	INSN(BPF_ALU64 | BPF_MOV | BPF_X, d, 10, 0, 0), INSN(BPF_ALU64 | BPF_ADD | BPF_K, d, 0, 0, o)
/* This one instruction has the length of two. */
#define SET_MAP(d, fd) \
	INSN(BPF_LD | BPF_DW | BPF_IMM, d, BPF_PSEUDO_MAP_FD, 0, fd), INSN(0, 0, 0, 0, 0)
#define ATOMIC_ADD(d, s) INSN(BPF_STX | BPF_XADD | BPF_DW, d, s, 0, 0)
#define CALL(function) INSN(BPF_JMP | BPF_CALL, 0, 0, 0, function)
#define JUMP_IF(d, i, label) INSN_TO(label, BPF_JMP | BPF_JEQ | BPF_K, d, 0, 0, i)
#define JUMP_UNLESS(d, i, label) INSN_TO(label, BPF_JMP | BPF_JNE | BPF_K, d, 0, 0, i)
#define EXIT INSN(BPF_JMP | BPF_EXIT, 0, 0, 0, 0)
/* clang-format on */

/* Where the stack's frame holds: */
#define REASON (-4)	/* the key of the reason's hits */
#define ZERO_KEY (-8)	/* the key of the total */
#define ZERO (-16)	/* the hits that a reason starts with */

/* How many instructions lie between a jump and its label. */
static int16_t distance(const struct line *jump)
{
	int16_t n = 0;

	for (const struct line *l = jump + 1; l->here != jump->to; l++)
		n += l->here == NO_LABEL;
	return n;
}

static size_t assemble(const struct line *lines, size_t count, struct bpf_insn *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < count; i++) {
		if (lines[i].here != NO_LABEL)
			continue;
		ret[n] = lines[i].insn;
		if (lines[i].to != NO_LABEL)
			ret[n].off = distance(&lines[i]);
		n++;
	}
	return n;
}

/* Thread 0 is the idle task, which runs no vCPU. */
/* clang-format off */
#define UNLESS_LEFT_OUT(p) CALL(BPF_FUNC_get_current_pid_tgid), SET_LOW(0, 0), JUMP_IF(0, (p)->except, DONE)
#define COUNT_TOTAL(p) \
		STORE_0(BPF_W, 10, ZERO_KEY), \
		SET_MAP(1, (p)->total), SET_LOCAL(2, ZERO_KEY), CALL(BPF_FUNC_map_lookup_elem), \
		JUMP_IF(0, 0, TOTAL_IS_COUNTED), \
		SET(1, 1), ATOMIC_ADD(0, 1), \
	LABEL(TOTAL_IS_COUNTED)
/* clang-format on */

size_t oracle_program_make(const struct oracle_program *p, struct bpf_insn ret[ORACLE_PROGRAM_MAX])
{
	/* clang-format off */
	const struct line lines[] = {
		LOAD_U32(6, 1, p->reason_offset),
		UNLESS_LEFT_OUT(p),
		STORE_U32(10, REASON, 6), STORE_0(BPF_DW, 10, ZERO),
		COUNT_TOTAL(p),
		SET_MAP(1, p->reasons), SET_LOCAL(2, REASON), CALL(BPF_FUNC_map_lookup_elem),
		JUMP_UNLESS(0, 0, COUNT_REASON),
		/* The reason is new: it is made, unless another CPU has made it meanwhile. */
		SET_MAP(1, p->reasons), SET_LOCAL(2, REASON), SET_LOCAL(3, ZERO),
		SET(4, BPF_NOEXIST), CALL(BPF_FUNC_map_update_elem),
		SET_MAP(1, p->reasons), SET_LOCAL(2, REASON), CALL(BPF_FUNC_map_lookup_elem),
		JUMP_IF(0, 0, DONE),
	LABEL(COUNT_REASON),
		SET(1, 1), ATOMIC_ADD(0, 1),
	LABEL(DONE),
		/* 0 keeps the event out of perf's buffer. */
		SET(0, 0), EXIT,
	};
	/* clang-format on */

	_Static_assert(ARRAY_SIZE(lines) <= ORACLE_PROGRAM_MAX, "the program is too long");
	return assemble(lines, ARRAY_SIZE(lines), ret);
}

size_t oracle_program_make_total(const struct oracle_program *p, struct bpf_insn ret[ORACLE_PROGRAM_MAX])
{
	/* clang-format off */
	const struct line lines[] = {
		UNLESS_LEFT_OUT(p),
		COUNT_TOTAL(p),
	LABEL(DONE),
		SET(0, 0), EXIT,
	};
	/* clang-format on */

	_Static_assert(ARRAY_SIZE(lines) <= ORACLE_PROGRAM_MAX, "the program is too long");
	return assemble(lines, ARRAY_SIZE(lines), ret);
}

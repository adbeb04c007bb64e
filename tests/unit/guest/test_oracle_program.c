// SPDX-License-Identifier: GPL-2.0-only
/* That the jumps of the oracle's BPF program go where they are meant to. */
#include "support/helpers.h"

#include "guest/oracle_program.h"

#include <stdbool.h>
#include <string.h>

static const struct oracle_program of = { .total = 3, .reasons = 4, .reason_offset = 8, .except = 77 };
static struct bpf_insn program[ORACLE_PROGRAM_MAX];
static size_t count;

static int setup(void **state)
{
	(void)state;
	memset(program, 0xff, sizeof(program));
	count = oracle_program_make(&of, program);
	return 0;
}

static bool is_jump(const struct bpf_insn *i)
{
	return i->code == (BPF_JMP | BPF_JEQ | BPF_K) || i->code == (BPF_JMP | BPF_JNE | BPF_K);
}

/* The instruction that the nth conditional jump goes to. */
static const struct bpf_insn *target(unsigned int n)
{
	for (size_t i = 0; i < count; i++)
		if (is_jump(&program[i]) && n-- == 0)
			return &program[i + 1 + (size_t)program[i].off];
	fail_msg("there is no such jump");
	return NULL;
}

static void assert_sets(const struct bpf_insn *i, unsigned int reg, int value)
{
	assert_int_equal(i->code, BPF_ALU64 | BPF_MOV | BPF_K);
	assert_int_equal(i->dst_reg, reg);
	assert_int_equal(i->imm, value);
}

static void the_thread_left_out_and_a_full_map_go_to_the_end(void **state)
{
	(void)state;
	assert_ptr_equal(target(0), &program[count - 2]);
	assert_ptr_equal(target(3), &program[count - 2]);
	assert_sets(target(0), 0, 0);
	assert_int_equal(program[count - 1].code, BPF_JMP | BPF_EXIT);
}

static void without_a_total_the_reason_is_looked_up_all_the_same(void **state)
{
	(void)state;
	assert_int_equal(target(1)->code, BPF_LD | BPF_DW | BPF_IMM);
	assert_int_equal(target(1)->src_reg, BPF_PSEUDO_MAP_FD);
	assert_int_equal(target(1)->imm, of.reasons);
	assert_int_equal(target(1)[-1].code, BPF_STX | BPF_XADD | BPF_DW);
}

static void a_reason_that_is_known_is_counted_at_once(void **state)
{
	(void)state;
	assert_sets(target(2), 1, 1);
	assert_int_equal(target(2)[1].code, BPF_STX | BPF_XADD | BPF_DW);
	assert_ptr_equal(target(2) + 2, target(3));
}

static void what_is_given_stands_in_the_program(void **state)
{
	(void)state;
	assert_int_equal(program[0].off, of.reason_offset);
	assert_int_equal(program[3].imm, of.except);
}

/* It reads nothing of the event, which for a kprobe is the CPU's registers. */
static void a_total_alone_leaves_the_event_alone(void **state)
{
	(void)state;
	count = oracle_program_make_total(&of, program);
	assert_int_equal(program[0].code, BPF_JMP | BPF_CALL);
	assert_int_equal(program[0].imm, BPF_FUNC_get_current_pid_tgid);
	assert_int_equal(program[2].imm, of.except);
	assert_ptr_equal(target(0), &program[count - 2]);
	assert_ptr_equal(target(1), &program[count - 2]);
	assert_int_equal(target(1)[-1].code, BPF_STX | BPF_XADD | BPF_DW);
	assert_sets(target(0), 0, 0);
	assert_int_equal(program[count - 1].code, BPF_JMP | BPF_EXIT);
	for (size_t i = 0; i < count; i++)
		assert_int_not_equal(program[i].code, BPF_LDX | BPF_MEM | BPF_W);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_thread_left_out_and_a_full_map_go_to_the_end),
		cmocka_unit_test(without_a_total_the_reason_is_looked_up_all_the_same),
		cmocka_unit_test(a_reason_that_is_known_is_counted_at_once),
		cmocka_unit_test(what_is_given_stands_in_the_program),
		/* It makes another program: it comes last. */
		cmocka_unit_test(a_total_alone_leaves_the_event_alone),
	};

	return cmocka_run_group_tests(tests, setup, NULL);
}

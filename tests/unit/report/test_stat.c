// SPDX-License-Identifier: GPL-2.0-only
/* The rows of the command `stat`: what came between two readings, and how it is shown. */
#include "support/helpers.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/stat_print.h"

static struct stat_vm before, after;
static struct stat_delta delta;

static void count(struct stat_vm *vm, uint64_t number, uint64_t exits, uint64_t cycles)
{
	vm->counters.reason[vm->counters.reason_count++] = (struct host_reason){ number, exits, cycles };
	vm->counters.exits += exits;
	vm->counters.cycles += cycles;
}

/* Two seconds, in which CPUID had 3000 exits, IOIO 20, HLT none, NPF (new) 10 and codes without a counter 4. */
static void live(void)
{
	memset(&before, 0, sizeof(before));
	before = (struct stat_vm){ .pid = 1234, .fd = 12, .name = (char *)"web1", .ms = 5000 };
	before.counters.vendor = EM_SVM;
	after = before;
	after.ms += 2000;
	count(&before, 0x72, 500, 500000);
	count(&before, 0x78, 700, 700000);
	count(&before, 0x7b, 100, 900000);
	count(&after, 0x72, 3500, 3500000);
	count(&after, 0x78, 700, 700000);
	count(&after, 0x7b, 120, 1100000);
	count(&after, 0x400, 10, 90000);
	after.counters.exits += 4;
	after.counters.other_exits = 4;
	stat_delta(&before, &after, &delta);
}

static void a_difference_is_of_each_reason_and_in_total(void **state)
{
	(void)state;
	live();
	assert_int_equal(delta.exits, 3034);
	assert_int_equal(delta.cycles, 3290000);
	assert_int_equal(delta.other_exits, 4);
	assert_true(delta.seconds == 2.0);
	assert_int_equal(stat_delta_find(&delta, 0x72)->exits, 3000);
	assert_int_equal(stat_delta_find(&delta, 0x78)->exits, 0);
	assert_int_equal(stat_delta_find(&delta, 0x400)->cycles, 90000);
	assert_null(stat_delta_find(&delta, 0x7c));
}

static void what_was_reset_counts_from_there(void **state)
{
	(void)state;
	live();
	stat_delta(&after, &before, &delta);
	assert_int_equal(delta.exits, 1300);
	assert_int_equal(stat_delta_find(&delta, 0x72)->exits, 500);
	assert_int_equal(stat_delta_find(&delta, 0x78)->exits, 700);
}

static void the_leading_reasons_have_columns(void **state)
{
	const struct stat_delta *const deltas[] = { &delta };
	struct stat_columns c;

	(void)state;
	live();
	stat_columns_choose(deltas, 1, 3, &c);
	assert_int_equal(c.vendor, EM_SVM);
	assert_int_equal(c.count, 3);
	assert_int_equal(c.number[0], 0x72);
	assert_int_equal(c.number[1], 0x7b);
	assert_int_equal(c.number[2], 0x400);
	/* HLT had none in between, so that what it had before tells. */
	stat_columns_choose(deltas, 1, 99, &c);
	assert_int_equal(c.count, 4);
	assert_int_equal(c.number[3], 0x78);
}

static void as_many_columns_as_fit(void **state)
{
	(void)state;
	assert_int_equal(stat_columns_that_fit(0), 1);
	assert_int_equal(stat_columns_that_fit(62), 1);
	assert_int_equal(stat_columns_that_fit(72), 2);
	assert_int_equal(stat_columns_that_fit(102), 5);
	assert_int_equal(stat_columns_that_fit(10000), STAT_COLUMNS_MAX);
}

static void a_row_has_rates_and_the_rest(void **state)
{
	const struct stat_delta *const deltas[] = { &delta };
	_cleanup_free_ char *rows = NULL;
	_cleanup_text_ struct text text;
	struct stat_columns c;
	FILE *out = text_open(&text);

	(void)state;
	live();
	stat_columns_choose(deltas, 1, 2, &c);
	stat_print_head(out, &c);
	stat_print_row(out, &c, &delta);
	rows = text_close(&text);
	assert_string_equal(rows, "VM                       exits/s  cyc/exit     CPUID      IOIO     other\n"
				  "1234 web1                  1,517     1,084     1,500        10         7\n");
}

static void a_vm_at_rest_and_a_stranger_s_name_are_shown(void **state)
{
	const struct stat_delta *const deltas[] = { &delta };
	_cleanup_free_ char *rows = NULL;
	_cleanup_text_ struct text text;
	struct stat_columns c;
	FILE *out = text_open(&text);

	(void)state;
	live();
	after.name = (char *)"\033[31mred and a name much too long";
	stat_delta(&after, &after, &delta);
	stat_columns_choose(deltas, 1, 1, &c);
	stat_print_row(out, &c, &delta);
	rows = text_close(&text);
	assert_string_equal(rows, "1234 .[31mred and a na         0         -         0         0\n");
}

static void csv_has_counts_that_sum_to_the_total(void **state)
{
	_cleanup_free_ char *rows = NULL;
	_cleanup_text_ struct text text;
	FILE *out = text_open(&text);

	(void)state;
	live();
	after.name = (char *)"=1+1,2";
	stat_print_csv_head(out);
	stat_print_csv(out, &delta, 1767225600);
	rows = text_close(&text);
	assert_string_equal(rows,
		"time,pid,fd,vm,seconds,reason,number,exits,exits_per_second,cycles\n"
		"2026-01-01T00:00:00Z,1234,12,\"'=1+1,2\",2.000,total,,3034,1517.0,3290000\n"
		"2026-01-01T00:00:00Z,1234,12,\"'=1+1,2\",2.000,CPUID,0x72,3000,1500.0,3000000\n"
		"2026-01-01T00:00:00Z,1234,12,\"'=1+1,2\",2.000,IOIO,0x7b,20,10.0,200000\n"
		"2026-01-01T00:00:00Z,1234,12,\"'=1+1,2\",2.000,NPF,0x400,10,5.0,90000\n"
		"2026-01-01T00:00:00Z,1234,12,\"'=1+1,2\",2.000,other,,4,2.0,0\n");
}

static void a_reason_without_a_name_is_told_by_its_number(void **state)
{
	const struct stat_delta *const deltas[] = { &delta };
	_cleanup_free_ char *rows = NULL;
	_cleanup_text_ struct text text;
	struct stat_columns c;
	FILE *out = text_open(&text);

	(void)state;
	live();
	after.counters.vendor = EM_UNKNOWN;
	stat_columns_choose(deltas, 1, 1, &c);
	stat_print_head(out, &c);
	rows = text_close(&text);
	assert_non_null(strstr(rows, " 114 "));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_difference_is_of_each_reason_and_in_total),
		cmocka_unit_test(what_was_reset_counts_from_there),
		cmocka_unit_test(the_leading_reasons_have_columns),
		cmocka_unit_test(as_many_columns_as_fit),
		cmocka_unit_test(a_row_has_rates_and_the_rest),
		cmocka_unit_test(a_vm_at_rest_and_a_stranger_s_name_are_shown),
		cmocka_unit_test(csv_has_counts_that_sum_to_the_total),
		cmocka_unit_test(a_reason_without_a_name_is_told_by_its_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

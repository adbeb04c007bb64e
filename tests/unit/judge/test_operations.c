// SPDX-License-Identifier: GPL-2.0-only
/* A guest that carries out operations: what each has cost, and the clauses of those that have a law. */
#include "support/fakejudge.h"

#include "judge/operations.h"
#include "report/report_html.h"
#include "report/summary.h"
#include "report/table.h"

static struct operation_record *operation(enum em_op op)
{
	return &run.records.point[EM_OPERATIONS].operation[op];
}

static void live_with_operations(void)
{
	fake.scenario = SCENARIO_OPERATIONS;
	live_and_judge();
}

static void judge_again(void)
{
	judgement_deinit(&verdicts);
	judge(&run, &verdicts);
}

static void check_laws(void)
{
	live_with_operations();
	assert_fails("");
	assert_int_equal(verdict_of("op-cpuid"), VERDICT_PASS);
	assert_int_equal(verdict_of("op-port"), VERDICT_PASS);
	assert_int_equal(verdict_of("op-rdtsc"), VERDICT_PASS);
}

static void the_laws_hold_in_each_layout(void **state)
{
	(void)state;
	in_each_layout(check_laws);
}

/* The figures have nothing of the readings in them. */
static void check_figures(void)
{
	struct operation_figures f;

	live_with_operations();
	assert_true(operations_are_told(&run));
	operation_figures(&run, EM_OP_CPUID, &f);
	assert_int_equal(f.record->n, 50 + EM_OP_CPUID);
	assert_int_equal(f.exits, 50 + EM_OP_CPUID);
	assert_int_equal(f.count, 1);
	assert_int_equal(f.row[0].exits, 50 + EM_OP_CPUID);
	if (f.has_reason_cycles)
		assert_int_equal(f.row[0].cycles / f.row[0].exits, FAKE_EXIT_CYCLES);
	operation_figures(&run, EM_OP_FAULT, &f);
	assert_int_equal(f.exits, 50 + EM_OP_FAULT);
	assert_int_equal(f.cycles / f.exits, FAKE_FAULT_CYCLES);
	assert_int_equal(f.count, 1);
	operation_figures(&run, EM_OP_RDTSC, &f);
	assert_int_equal(f.exits, 0);
	assert_int_equal(f.count, 0);
	operation_figures(&run, EM_OP_READINGS, &f);
	assert_int_equal(f.exits, em_reading_cpuids(fake.layout));
	operation_figures(&run, EM_OP_FSYNC, &f);
	assert_int_equal(f.record->why, EM_OP_NO_DISK);
	assert_int_equal(f.exits, 0);
}

static void figures_are_without_the_readings(void **state)
{
	(void)state;
	in_each_layout(check_figures);
}

/* Adds to the exits of the only reason that an operation has, or of the last one. */
static void change(enum em_op op, uint32_t by)
{
	struct operation_record *o = operation(op);

	o->part[o->part_count - 1].exits += by;
	judge_again();
}

static void one_exit_more_or_less_fails(void **state)
{
	(void)state;
	for (int by = -1; by <= 1; by += 2) {
		fake_init(EM_VMX, EM_SPLIT);
		live_with_operations();
		change(EM_OP_CPUID, (uint32_t)by);
		assert_fails("op-cpuid");
		change(EM_OP_CPUID, (uint32_t)-by);
		assert_fails("");
		change(EM_OP_PORT, (uint32_t)by);
		assert_fails("op-port");
		clean();
	}
}

static void an_exit_of_rdtsc_fails(void **state)
{
	struct operation_record *o;

	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	live_with_operations();
	o = operation(EM_OP_RDTSC);
	o->part[o->part_count++] = (struct operation_part){ EM_SVM_RDTSC, 1, 1000 };
	judge_again();
	assert_fails("op-rdtsc");
	clean();
}

/* In a cloud guest other programs execute CPUIDs, too; but nothing takes exits away. */
static void among_other_programs_more_is_no_fault(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	live_with_operations();
	free(run.evidence.guest);
	run.evidence.guest = xstrdup("cloud");
	change(EM_OP_CPUID, 3);
	assert_int_equal(verdict_of("op-cpuid"), VERDICT_SKIP);
	change(EM_OP_CPUID, (uint32_t)-4);
	assert_int_equal(verdict_of("op-cpuid"), VERDICT_FAIL);
	clean();
}

static void what_was_not_carried_out_is_skipped(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	live_with_operations();
	*operation(EM_OP_PORT) = (struct operation_record){ .why = EM_OP_NO_DEVICE };
	judge_again();
	assert_int_equal(verdict_of("op-port"), VERDICT_SKIP);
	assert_fails("");
	clean();
}

static void other_scenarios_are_not_judged_by_them(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	live_and_judge();
	assert_int_equal(verdict_of("op-cpuid"), VERDICT_NONE);
	assert_false(operations_are_told(&run));
	clean();
}

static void a_lost_point_is_no_pass(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.scenario = SCENARIO_OPERATIONS;
	fake_live(&texts);
	texts.point[EM_OPERATIONS][10]++;
	judge_texts();
	assert_int_equal(verdict_of("op-cpuid"), VERDICT_LOST);
	assert_false(operations_are_told(&run));
	clean();
}

static void totals_only(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	struct em_leaves leaves = em_leaves_of(fake.layout);

	(void)ecx;
	if (fn == leaves.reason || (leaves.reason_cycles && fn == leaves.reason_cycles))
		memset(r, 0, sizeof(*r));
}

static void totals_alone_tell_each_operation_and_no_reason(void **state)
{
	_cleanup_free_ char *table = NULL, *page = NULL;
	struct operation_figures f;

	(void)state;
	fake_init(EM_SVM, EM_REVERSED);
	fake.mangle = totals_only;
	live_with_operations();
	operation_figures(&run, EM_OP_PORT, &f);
	assert_int_equal(f.exits, 50 + EM_OP_PORT);
	assert_int_equal(f.count, 0);
	assert_int_equal(verdict_of("op-port"), VERDICT_SKIP);
	table = table_format(&run, &verdicts, false);
	assert_non_null(strstr(table, "this KVM tells totals only"));
	page = report_html(&run, &verdicts);
	assert_non_null(strstr(page, "this KVM tells totals only"));
	assert_non_null(strstr(page, "<td class=\"number\">53</td><td class=\"number\">53</td><td class=\"number\">1.00</td>"));
	assert_null(strstr(page, "<td class=\"number glow\""));
	clean();
}

static void the_reports_have_each_operation(void **state)
{
	_cleanup_free_ char *table = NULL;
	json_t *summary, *list;

	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	live_with_operations();
	table = table_format(&run, &verdicts, false);
	assert_non_null(strstr(table, "\n  access to a port                   53           53         1.00        1,200\n"));
	assert_non_null(strstr(table, "\n  write of 4 KiB, and fsync    the guest has no disk\n"));
	summary = summary_to_json(&run);
	list = json_object_get(summary, "operations");
	assert_int_equal(json_array_size(list), EM_OPS);
	assert_int_equal(json_integer_value(json_object_get(json_object_get(json_object_get(
		json_array_get(list, EM_OP_PORT), "reasons"), "0x7b"), "count")), 53);
	json_decref(summary);
	clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_laws_hold_in_each_layout),
		cmocka_unit_test(figures_are_without_the_readings),
		cmocka_unit_test(one_exit_more_or_less_fails),
		cmocka_unit_test(an_exit_of_rdtsc_fails),
		cmocka_unit_test(among_other_programs_more_is_no_fault),
		cmocka_unit_test(what_was_not_carried_out_is_skipped),
		cmocka_unit_test(other_scenarios_are_not_judged_by_them),
		cmocka_unit_test(a_lost_point_is_no_pass),
		cmocka_unit_test(totals_alone_tell_each_operation_and_no_reason),
		cmocka_unit_test(the_reports_have_each_operation),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

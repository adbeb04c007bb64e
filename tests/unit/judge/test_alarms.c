// SPDX-License-Identifier: GPL-2.0-only
/* What an assignment allows raises no alarm, and what is wrong does not hide behind it. */
#include "support/fakejudge.h"

/* An assignment 2: eax, ebx and ecx on one leaf, edx as it came, and nothing else. */
static void totals_alone(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	(void)ecx;
	if (fn == 0x4fffffff)
		r->edx = (uint32_t)EM_SEED_RDX;
	else
		*r = fake_stock(fn);
}

static void totals_alone_pass_as_assignment_2(void **state)
{
	(void)state;
	live_for(EM_VMX, EM_COMBINED, totals_alone);
	judge(&run, &verdicts);
	assert_string_equal(run.edition->name, "a2-2020");
	assert_fails("");
	assert_int_equal(verdict_of("implemented"), VERDICT_PASS);
	assert_int_equal(verdict_of("regs-totals"), VERDICT_ADVICE);
	assert_got("regs-totals", "edx is left unwritten");
	clean();
}

/* An assignment 3 with its two leaves; registers without a figure are as they came. */
static void reasons_alone(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	if (fn < 0x4ffffffe) {
		*r = fake_stock(fn);
		return;
	}
	if (r->edx)
		return;
	if (fn == 0x4fffffff)
		r->eax = fn;
	else if (fake_has_handler(ecx))
		r->ecx = ecx;
}

static void reasons_alone_pass_as_assignment_3(void **state)
{
	(void)state;
	live_for(EM_VMX, EM_REVERSED, reasons_alone);
	judge(&run, &verdicts);
	assert_string_equal(run.edition->name, "a3-2022-reasons");
	assert_int_equal(verdict_of("implemented"), VERDICT_PASS);
	assert_int_equal(verdict_of("cycles-handling"), VERDICT_PASS);
	assert_int_equal(verdict_of("regs-valid"), VERDICT_ADVICE);
	/* eax of the leaf of cycles is no 0 where the reason is not enabled: the text asks for zeros there. */
	assert_fails("regs-not-enabled");
	assert_got("regs-not-enabled", "cycles leaf: eax is left unwritten");
	clean();
}

/* A reason is counted when its handler is done, and the total before: the exit under way is in one only. */
static void counted_late(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	if (fn == 0x4ffffffd && ecx == EM_SVM_CPUID)
		r->eax--;
}

static void an_exit_under_way_is_no_alarm(void **state)
{
	(void)state;
	live_for(EM_SVM, EM_SPLIT, counted_late);
	judge(&run, &verdicts);
	assert_string_equal(run.edition->name, "a3-2021");
	assert_fails("");
	clean();
	fake_init(EM_SVM, EM_SPLIT);
	fake.mangle = counted_late;
	live_and_judge();
	assert_int_equal(verdict_of("sum-exits"), VERDICT_FAIL);
	clean();
}

/* A table of 70 entries, and the one behind it is another variable. */
static void overrun(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	if (fn == 0x4ffffffd && ecx == 70)
		*r = (struct em_regs){ .eax = 4711 };
}

static void an_entry_behind_a_table_is_in_the_sum(void **state)
{
	(void)state;
	fake_init(EM_VMX, EM_SPLIT);
	fake.mangle = overrun;
	live_and_judge();
	assert_fails("sum-exits");
	clean();
}

static void no_cycles_of_io(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	if (fn == 0x4ffffffc && ecx == 0x7b)
		r->ebx = r->ecx = 0;
}

static void exits_without_cycles_are_told(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.mangle = no_cycles_of_io;
	live_and_judge();
	assert_int_equal(verdict_of("cycles-each"), VERDICT_FAIL);
	assert_got("cycles-each", "reason 0x7b: ");
	clean();
}

static void wide_reason(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	if (ecx > 0xffff)
		*r = fake_answer(fn, ecx & 0xffff);
}

static void a_reason_has_32_bits(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.mangle = wide_reason;
	live_and_judge();
	assert_int_equal(verdict_of("regs-undefined"), VERDICT_FAIL);
	clean();
}

static void high_halves_must_be_clear(void **state)
{
	(void)state;
	live_for(EM_SVM, EM_SPLIT, NULL);
	run.records.point[EM_BOOT].high = (struct high_record){ 3, 0x4ffffffe, 0, { 0, 0, 0xffff8881, 0 } };
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("regs-high"), VERDICT_ADVICE);
	assert_got("regs-high", "3 answers have something there, the first of them leaf 0x4FFFFFFE, ecx 0x0: rcx");
	clean();
}

static void judge_log(uint64_t lines, uint64_t plain, uint64_t asking, enum verdict want)
{
	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	fake_parse(&texts, &run);
	run.input[CASE_HOST_CHECKS].state = INPUT_READ;
	run.host_checks = (struct host_checks){
		.has_log = true, .log_lines = lines, .has_logs = true,
		.plain_cpuids = 100, .plain_lines = plain, .asking_cpuids = 100, .asking_lines = asking,
	};
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("host-log"), want);
	clean();
}

static void a_line_for_each_cpuid_that_asks_is_no_flood(void **state)
{
	(void)state;
	/* The probe asks some 600 times at each of three points. */
	judge_log(1800, 0, 100, VERDICT_PASS);
	judge_log(1800, 0, 0, VERDICT_FAIL);
	judge_log(9000, 0, 100, VERDICT_FAIL);
	judge_log(0, 100, 100, VERDICT_FAIL);
	judge_log(10, 1, 0, VERDICT_PASS);
}

/* A fresh VM has read so many exits and cycles of its own leaves. */
static void judge_others(uint32_t exits, uint32_t cycles, enum counted counted, enum verdict want)
{
	live_for(EM_SVM, EM_SPLIT, NULL);
	run.input[CASE_HOST_CHECKS].state = INPUT_READ;
	run.host_checks = (struct host_checks){ .has_others = true, .others_n = 400, .others_tsc = 5000 };
	run.host_checks.fresh[1].eax = run.host_checks.fresh[3].eax = exits;
	run.host_checks.beside[0].ecx = run.host_checks.beside[2].ecx = cycles;
	free(run.evidence.edition);
	run.evidence.edition = NULL;
	case_file_derive(&run);
	judge(&run, &verdicts);
	assert_int_equal(run.counted, counted);
	assert_int_equal(verdict_of("neighbour"), want);
	clean();
}

static void a_fresh_vm_tells_whose_exits_are_counted(void **state)
{
	(void)state;
	judge_others(12, 4000, COUNTED_VM, VERDICT_PASS);
	judge_others(399, 5000, COUNTED_VM, VERDICT_PASS);
	judge_others(400, 4000, COUNTED_MODULE, VERDICT_FAIL);
	judge_others(12, 5001, COUNTED_VM, VERDICT_FAIL);
}

static void judge_pace(struct pace work, struct pace busy, struct pace asleep, enum verdict want, enum verdict unit)
{
	live_for(EM_SVM, EM_SPLIT, NULL);
	run.records.point[EM_SHUTDOWN].pace = (struct pace_record){ true, work, busy, asleep };
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("cycles-pace"), want);
	assert_int_equal(verdict_of("cycles-unit"), unit);
	clean();
}

static void cycles_are_of_handling_alone(void **state)
{
	const struct pace good = { 800, 1000 }, idle = { 100, 1000 }, none = { 0, 0 };

	(void)state;
	judge_pace(good, idle, idle, VERDICT_PASS, VERDICT_PASS);
	judge_pace(none, idle, idle, VERDICT_PASS, VERDICT_SKIP);
	/* The least of a right patch; a clock that stops early; the guest's own time; the time asleep in HLT. */
	judge_pace((struct pace){ 80, 1000 }, idle, idle, VERDICT_PASS, VERDICT_PASS);
	judge_pace((struct pace){ 12, 1000 }, idle, idle, VERDICT_PASS, VERDICT_ADVICE);
	judge_pace(good, (struct pace){ 990, 1000 }, idle, VERDICT_FAIL, VERDICT_PASS);
	judge_pace(good, idle, (struct pace){ 990, 1000 }, VERDICT_FAIL, VERDICT_PASS);
	/* Two vCPUs take turns on one CPU: of the time in the fault, half is the other's. */
	live_for(EM_SVM, EM_SPLIT, NULL);
	run.records.point[EM_SHUTDOWN].pace = (struct pace_record){ true, { 9, 1000 }, idle, idle };
	run.input[CASE_HOST_CHECKS].state = INPUT_READ;
	run.host_checks.cpus = 1;
	run.vcpus = 2;
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("cycles-pace"), VERDICT_PASS);
	assert_int_equal(verdict_of("cycles-unit"), VERDICT_SKIP);
	clean();
}

static void what_is_missing_is_told_first(void **state)
{
	(void)state;
	live_for(EM_SVM, EM_SPLIT, NULL);
	count_at(EM_EARLY, 0x60, 4482);
	count_at(EM_BOOT, 0x60, 4482);
	run.snapshot[EM_EARLY].reason[fake_index(0x7b)].hits -= 7;
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("oracle-points"), VERDICT_FAIL);
	assert_ptr_equal(strstr(got("oracle-points"), "reason 0x60 (INTR) "), got("oracle-points"));
	assert_got("oracle-points", "4392 too few");
	assert_got("oracle-points", "reason 0x7b (IOIO) 1900 at early: 7 too many");
	clean();
}

static void what_was_there_before_the_guest_is_told_once(void **state)
{
	(void)state;
	live_for(EM_SVM, EM_SPLIT, NULL);
	for (int i = 0; i < EM_POINTS; i++)
		if (case_has_point(&run, (enum em_point)i))
			count_at((enum em_point)i, 0x81, -100000);
	for (int i = 0; i < EM_POINTS; i++)
		for (unsigned int n = 0; n < run.snapshot[i].reason_count; n++)
			if (run.snapshot[i].reason[n].number == 0x81)
				run.snapshot[i].reason[n].hits += 100000;
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("oracle-points"), VERDICT_FAIL);
	assert_got("oracle-points", "100000 too many; each by as much at every point, so it was there before the guest");
	clean();
}

/* A submission that writes eax only where it has counted something. */
static void a_register_that_holds_the_leaf_is_no_count(void **state)
{
	(void)state;
	live_for(EM_SVM, EM_SPLIT, NULL);
	count_at(EM_EARLY, 0x81, 0);
	count_at(EM_BOOT, 0x81, 0);
	for (int i = 0; i < EM_POINTS; i++)
		run.records.point[i].sweep[fake_index(0x81)].exits.eax = case_leaf(&run, FIGURE_REASON_EXITS);
	judge(&run, &verdicts);
	assert_int_equal(verdict_of("oracle-points"), VERDICT_FAIL);
	assert_string_equal(got("oracle-points"),
			    "reason 0x81 (VMMCALL) is left unwritten at early: eax still holds the number of the leaf");
	clean();
}

/* What was counted before the guest is none of a VM's own counters, and part of those of all VMs. */
static void the_oracle_counts_what_the_counters_count(void **state)
{
	(void)state;
	for (int counted = COUNTED_VM; counted <= COUNTED_MODULE; counted++) {
		live_for(EM_SVM, EM_SPLIT, NULL);
		count_at(EM_EARLY, 0x72, 100);
		run.has_begin = true;
		run.begin.hits = 100;
		run.begin.reason[run.begin.reason_count++] = (struct trace_reason){ 0x72, 100 };
		run.counted = (enum counted)counted;
		judge(&run, &verdicts);
		/* More was counted by then than was read: that much can have come after. */
		assert_int_equal(verdict_of("oracle-points"), VERDICT_PASS);
		run.begin.reason[0].hits = run.begin.hits = 120;
		judgement_deinit(&verdicts);
		judge(&run, &verdicts);
		assert_int_equal(verdict_of("oracle-points"), counted == COUNTED_VM ? VERDICT_FAIL : VERDICT_PASS);
		clean();
	}
}

static void one_cpu_proves_no_race(void **state)
{
	(void)state;
	for (uint64_t cpus = 1; cpus <= 2; cpus++) {
		fake_init(EM_SVM, EM_SPLIT);
		fake.cpus = 2;
		fake_live(&texts);
		fake_parse(&texts, &run);
		run.input[CASE_HOST_CHECKS].state = INPUT_READ;
		run.host_checks.cpus = cpus;
		judge(&run, &verdicts);
		assert_int_equal(verdict_of("concurrent"), cpus == 1 ? VERDICT_SKIP : VERDICT_PASS);
		run.records.point[EM_SHUTDOWN].crowd.after.eax--;
		judgement_deinit(&verdicts);
		judge(&run, &verdicts);
		assert_int_equal(verdict_of("concurrent"), VERDICT_FAIL);
		clean();
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(totals_alone_pass_as_assignment_2),
		cmocka_unit_test(reasons_alone_pass_as_assignment_3),
		cmocka_unit_test(an_exit_under_way_is_no_alarm),
		cmocka_unit_test(an_entry_behind_a_table_is_in_the_sum),
		cmocka_unit_test(exits_without_cycles_are_told),
		cmocka_unit_test(a_reason_has_32_bits),
		cmocka_unit_test(high_halves_must_be_clear),
		cmocka_unit_test(a_line_for_each_cpuid_that_asks_is_no_flood),
		cmocka_unit_test(a_fresh_vm_tells_whose_exits_are_counted),
		cmocka_unit_test(cycles_are_of_handling_alone),
		cmocka_unit_test(what_is_missing_is_told_first),
		cmocka_unit_test(what_was_there_before_the_guest_is_told_once),
		cmocka_unit_test(a_register_that_holds_the_leaf_is_no_count),
		cmocka_unit_test(the_oracle_counts_what_the_counters_count),
		cmocka_unit_test(one_cpu_proves_no_race),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

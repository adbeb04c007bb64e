// SPDX-License-Identifier: GPL-2.0-only
/* What the leaves mean is found out by how their registers behave, in submissions of every kind. */
#include "support/fakejudge.h"

static void tell(void)
{
	fake_live(&texts);
	fake_parse(&texts, &run);
	memset(&verdicts, 0, sizeof(verdicts));
}

static const struct leaf_meaning *leaf(uint32_t fn)
{
	return &run.meaning[fn - EM_LEAF_FIRST];
}

static void assert_leaf(uint32_t fn, const char *title, const char *why)
{
	assert_true(leaf(fn)->is_known);
	assert_string_equal(meaning_title(leaf(fn)), title);
	assert_string_equal(leaf(fn)->why, why);
}

static void check_right_patch(void)
{
	struct em_leaves leaves = em_leaves_of(fake.layout);

	tell();
	assert_int_equal(run.spoken, fake.layout);
	assert_int_equal(leaf(leaves.total)->exits, EM_HOLDS_TOTAL);
	assert_int_equal(leaf(leaves.total_cycles)->cycles, EM_HOLDS_TOTAL);
	assert_int_equal(leaf(leaves.reason)->exits, EM_HOLDS_REASON);
	if (leaves.reason_cycles)
		assert_int_equal(leaf(leaves.reason_cycles)->cycles, EM_HOLDS_REASON);
	else
		assert_false(run.meaning[0].is_answered);
}

static void a_right_patch_is_told_in_each_layout(void **state)
{
	(void)state;
	in_each_layout(check_right_patch);
}

/* eax keeps the leaf's number, ecx the reason, where no figure is put there; ebx and edx are not written. */
static void leave_alone(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	struct em_leaves l = em_leaves_of(fake.layout);

	if (fn != l.total && fn != l.reason)
		r->eax = fn;
	if (fn == l.reason || (fn == l.total && l.total != l.total_cycles)) {
		r->ebx = (uint32_t)EM_SEED_RBX;
		r->ecx = ecx;
	}
	r->edx = (uint32_t)EM_SEED_RDX;
}

static void what_is_left_as_it_came_is_no_figure(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_REVERSED);
	fake.mangle = leave_alone;
	tell();
	assert_int_equal(run.spoken, EM_REVERSED);
	assert_leaf(0x4ffffffc, "total exits", "eax grows with each CPUID, ebx is left unwritten, "
		    "ecx is left unwritten, edx is left unwritten");
	assert_leaf(0x4ffffffd, "total cycles", "eax is left unwritten, ebx:ecx grows with time, "
		    "edx is left unwritten");
	assert_leaf(0x4ffffffe, "exits of a reason", "eax grows with each CPUID for that reason alone, "
		    "ebx is left unwritten, ecx is left unwritten, edx is left unwritten");
	assert_leaf(0x4fffffff, "cycles of a reason", "eax is left unwritten, ebx:ecx grows with the reason's exits, "
		    "edx is left unwritten");
	clean();
}

/* The first assignment: the totals on one leaf, and no other is answered. */
static void totals_alone(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	(void)ecx;
	if (fn != 0x4fffffff)
		*r = fake_stock(fn);
}

static void what_is_missing_is_no_other_layout(void **state)
{
	(void)state;
	fake_init(EM_VMX, EM_COMBINED);
	fake.mangle = totals_alone;
	tell();
	assert_int_equal(run.spoken, EM_COMBINED);
	assert_true(leaf(0x4fffffff)->is_answered);
	assert_false(leaf(0x4ffffffe)->is_answered);
	assert_string_equal(meaning_title(leaf(0x4fffffff)), "total exits and total cycles");
	clean();
}

static void reasons_alone(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	(void)ecx;
	if (fn == 0x4ffffffc || fn == 0x4ffffffd)
		*r = fake_stock(fn);
}

static void the_leaves_of_reasons_are_enough_to_tell_reversed(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_REVERSED);
	fake.mangle = reasons_alone;
	tell();
	assert_int_equal(run.spoken, EM_REVERSED);
	assert_false(leaf(0x4ffffffc)->is_answered);
	clean();
}

static void swap_halves(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	uint32_t high = r->ebx;

	(void)fn;
	(void)ecx;
	r->ebx = r->ecx;
	r->ecx = high;
}

static void swapped_halves_are_cycles(void **state)
{
	(void)state;
	fake_init(EM_VMX, EM_SPLIT);
	fake.mangle = swap_halves;
	tell();
	assert_int_equal(run.spoken, EM_SPLIT);
	assert_leaf(0x4ffffffe, "total cycles", "eax is 0, ecx:ebx grows with time, edx is 0");
	assert_true(leaf(0x4ffffffc)->telling.is_swapped);
	clean();
}

/* A number for each leaf that never moves, and the TSC's low half in a register that tells no cycles. */
static void nonsense(uint32_t fn, uint32_t ecx, struct em_regs *r)
{
	*r = (struct em_regs){ 4711, fn == 0x4ffffffc ? (uint32_t)fake.tsc * 2654435761u : 0, ecx, 0 };
}

static void nonsense_fits_no_layout(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake.mangle = nonsense;
	tell();
	assert_int_equal(run.spoken, EM_LAYOUTS);
	assert_leaf(0x4ffffffd, "nothing that is known", "eax never moves, ebx is 0, ecx is left unwritten, edx is 0");
	assert_leaf(0x4ffffffc, "nothing that is known", "eax never moves, ebx holds what is no figure, "
		    "ecx is left unwritten, edx is 0");
	clean();
}

/* An older probe asked twice, and put nothing known into ebx and edx. */
static void the_records_of_an_older_probe_are_told_too(void **state)
{
	(void)state;
	fake_init(EM_SVM, EM_SPLIT);
	fake_live(&texts);
	fake_parse(&texts, &run);
	for (int i = 0; i < EM_POINTS; i++)
		run.records.point[i].asked_count = EM_ASKED_OLDER;
	case_file_derive(&run);
	memset(&verdicts, 0, sizeof(verdicts));
	assert_int_equal(run.spoken, EM_SPLIT);
	assert_int_equal(leaf(0x4ffffffd)->exits, EM_HOLDS_REASON);
	clean();
}

/* A guest that was told to read by one layout has not found out what the others would tell. */
static void auto_judges_no_run_that_has_read_by_another_layout(void **state)
{
	struct error err = { 0 };

	(void)state;
	fake_init(EM_SVM, EM_COMBINED);
	tell();
	run.evidence.layout = EM_SPLIT;
	assert_int_equal(case_file_judge_by(&run, "auto", NULL, &err), -1);
	assert_string_equal(err.message, "the guest has read the leaves by the layout split, and this KVM answers by "
			    "combined: measure it again");
	error_clear(&err);
	run.evidence.is_layout_found = true;
	assert_int_equal(case_file_judge_by(&run, "auto", NULL, &err), 0);
	clean();
	fake_init(EM_SVM, EM_COMBINED);
	tell();
	assert_int_equal(case_file_judge_by(&run, "auto", NULL, &err), 0);
	clean();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_right_patch_is_told_in_each_layout),
		cmocka_unit_test(what_is_left_as_it_came_is_no_figure),
		cmocka_unit_test(what_is_missing_is_no_other_layout),
		cmocka_unit_test(the_leaves_of_reasons_are_enough_to_tell_reversed),
		cmocka_unit_test(swapped_halves_are_cycles),
		cmocka_unit_test(nonsense_fits_no_layout),
		cmocka_unit_test(the_records_of_an_older_probe_are_told_too),
		cmocka_unit_test(auto_judges_no_run_that_has_read_by_another_layout),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-only
/* Operations of which a law says how many exits of a reason they have. */
#include <inttypes.h>
#include <string.h>

#include "judge/clause.h"
#include "judge/operations.h"
#include "judge/reasons.h"

/* Where other programs run in the guest, or other VMs are counted too, there may be more. */
static bool is_alone(const struct case_file *cf)
{
	return cf->evidence.guest && !strcmp(cf->evidence.guest, "micro") && cf->counted != COUNTED_MODULE;
}

static void judge_law(const struct case_file *cf, enum em_op op, struct finding *f)
{
	const struct operation_record *o = &cf->records.point[EM_OPERATIONS].operation[op];
	struct em_op_law law = em_op_law_of(op, cf->vendor);
	uint32_t readings, got = operation_exits(cf, op, law.reason, &readings);
	int64_t more = (int64_t)got - readings - (int64_t)(o->n * law.each);
	char number[24];

	finding_wanted(f, "%" PRIu64 " exits of reason %s after %" PRIu64 " times, besides the readings' %u",
		       o->n * law.each, reason_number(cf->vendor, law.reason, number), o->n, readings);
	finding_set(f, more ? VERDICT_FAIL : VERDICT_PASS, "%" PRId64, (int64_t)got - readings);
	if (more > 0 && !is_alone(cf))
		finding_set(f, VERDICT_SKIP, "%" PRId64 " more, and something else may have had them: the guest runs "
			    "other programs, or other VMs are counted", more);
}

static void judge(const struct case_file *cf, enum em_op op, struct finding *f)
{
	const struct point *p = &cf->records.point[EM_OPERATIONS];

	if (!case_has_point(cf, EM_OPERATIONS) || !p->operation_count)
		finding_lose(f, "the point operations is lost");
	else if (p->vendor != cf->vendor)
		finding_set(f, VERDICT_SKIP, "the guest sees another vendor's CPU");
	else if (p->operation[op].why != EM_OP_DONE)
		finding_set(f, VERDICT_SKIP, "not carried out: %s", operation_why(p->operation[op].why));
	else
		judge_law(cf, op, f);
}

void clause_op_cpuid(const struct case_file *cf, struct finding *f)
{
	judge(cf, EM_OP_CPUID, f);
}

void clause_op_port(const struct case_file *cf, struct finding *f)
{
	judge(cf, EM_OP_PORT, f);
}

void clause_op_rdtsc(const struct case_file *cf, struct finding *f)
{
	judge(cf, EM_OP_RDTSC, f);
}

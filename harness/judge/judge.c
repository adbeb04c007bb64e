// SPDX-License-Identifier: GPL-2.0-only
#include "judge/judge.h"

#include <string.h>

#include "base/json_text.h"
#include "base/memory.h"
#include "evidence/file_format.h"
#include "judge/case_edition.h"
#include "judge/clause_judge.h"
#include "judge/consequence.h"
#include "judge/where.h"

unsigned int judgement_count(const struct judgement *j, enum verdict verdict)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < clause_count; i++)
		n += j->findings[i].verdict == verdict;
	return n;
}

unsigned int judgement_told(const struct judgement *j)
{
	return clause_count - judgement_count(j, VERDICT_NONE);
}

static void locate(const struct case_file *cf, struct finding *findings)
{
	for (unsigned int i = 0; i < clause_count; i++)
		if (findings[i].verdict == VERDICT_FAIL || findings[i].verdict == VERDICT_ADVICE)
			findings[i].where = where_tell(cf, &clauses[i]);
}

unsigned int judgement_consequences(const struct judgement *j)
{
	unsigned int n = 0;

	for (unsigned int i = 0; i < clause_count; i++)
		n += j->findings[i].verdict == VERDICT_FAIL && j->findings[i].cause;
	return n;
}

void judge(const struct case_file *cf, struct judgement *ret)
{
	ret->findings = xcalloc(clause_count, sizeof(*ret->findings));
	for (unsigned int i = 0; i < clause_count; i++)
		clause_judge(&clauses[i], cf, &ret->findings[i]);
	consequence_find(ret->findings);
	locate(cf, ret->findings);
	if (judgement_count(ret, VERDICT_FAIL)) {
		ret->verdict = VERDICT_FAIL;
		ret->status = STATUS_FAIL;
	} else if (judgement_count(ret, VERDICT_LOST)) {
		ret->verdict = VERDICT_LOST;
		ret->status = cf->evidence.outcome == OUTCOME_TIMEOUT ? STATUS_TIMEOUT : STATUS_LOST;
	} else {
		ret->verdict = VERDICT_PASS;
		ret->status = STATUS_PASS;
	}
}

void judgement_deinit(struct judgement *j)
{
	for (unsigned int i = 0; j->findings && i < clause_count; i++)
		finding_deinit(&j->findings[i]);
	free(j->findings);
	memset(j, 0, sizeof(*j));
}

static json_t *finding_to_json(const struct finding *f)
{
	json_t *json = json_object();

	json_object_set_new(json, "id", json_string(f->clause->id));
	json_object_set_new(json, "title", json_string(f->clause->title));
	json_object_set_new(json, "verdict", json_string(verdict_name(f->verdict)));
	json_object_set_new(json, "weight", json_string(weight_name(f->weight)));
	json_object_set_new(json, "wanted", json_text(f->wanted));
	json_object_set_new(json, "got", json_text(f->got));
	json_object_set_new(json, "hint", json_string(f->clause->hint));
	json_object_set_new(json, "source", json_string(f->clause->source));
	if (f->cause)
		json_object_set_new(json, "follows_from", json_string(f->cause->id));
	if (f->where)
		json_object_set_new(json, "where", json_text(f->where));
	if (f->is_leak)
		json_object_set_new(json, "leak", json_true());
	return json;
}

json_t *judgement_to_json(const struct case_file *cf, const struct judgement *j)
{
	json_t *json = json_object(), *list = json_array();

	file_format_set(json, FORMAT_VERDICTS);
	json_object_set_new(json, "verdict", json_string(verdict_name(j->verdict)));
	json_object_set_new(json, "exit_code", json_integer(j->status));
	json_object_set_new(json, "edition", json_string(cf->edition->name));
	json_object_set_new(json, "edition_why", json_text(cf->edition_why));
	json_object_set_new(json, "edition_found", json_boolean(case_edition_was_found(cf)));
	for (unsigned int i = 0; i < clause_count; i++) {
		const struct finding *f = &j->findings[i];

		if (f->verdict != VERDICT_NONE || f->weight == WEIGHT_NOT_ASKED)
			json_array_append_new(list, finding_to_json(f));
	}
	json_object_set_new(json, "clauses", list);
	return json;
}

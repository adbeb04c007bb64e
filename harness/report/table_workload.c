// SPDX-License-Identifier: GPL-2.0-only
#include "report/table_workload.h"

#include <inttypes.h>

#include "base/memory.h"
#include "base/text.h"
#include "evidence/file_names.h"
#include "report/page.h"

static void print_end(FILE *out, const struct ran_record *r)
{
	static const char *const words[EM_RUN_ENDS] = {
		[EM_RUN_EXITED] = "it ended with exit status",
		[EM_RUN_KILLED] = "it was ended by signal",
		[EM_RUN_LATE] = "it was killed at the end of its time",
		[EM_RUN_UNSTARTED] = "it could not be started, errno",
	};

	fprintf(out, "%s", words[r->end]);
	if (r->end != EM_RUN_LATE)
		fprintf(out, " %" PRIu64, r->code);
	if (r->end != EM_RUN_UNSTARTED)
		fprintf(out, " after %" PRIu64 ".%03" PRIu64 " s", r->ms / 1000, r->ms % 1000);
}

void table_print_workload(FILE *out, const struct case_file *cf)
{
	const struct point *p = &cf->records.point[EM_WORKED];
	const char *name = json_string_value(json_object_get(cf->evidence.workload, "name"));
	const char *sha256 = json_string_value(json_object_get(cf->evidence.workload, "sha256"));
	_cleanup_text_ struct text text = { 0 };
	_cleanup_free_ char *words = NULL;
	FILE *line;

	if (p->status != POINT_COMPLETE || !p->ran.seen)
		return;
	line = text_open(&text);
	print_end(line, &p->ran);
	fprintf(line, "; it printed %" PRIu64 " bytes, %s%u of them in " FILE_WORKLOAD_OUTPUT, p->ran.bytes,
		p->ran.bytes > p->ran.said_len ? "the first " : "", p->ran.said_len);
	words = text_close(&text);
	page_print_wrapped(out, "Workload: ", name ? name : "of an unknown name");
	page_print_wrapped(out, "          SHA-256 ", sha256 ? sha256 : "unknown");
	page_print_wrapped(out, "          ", words);
	fputc('\n', out);
}

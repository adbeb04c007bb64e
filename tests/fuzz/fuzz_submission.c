// SPDX-License-Identifier: GPL-2.0-only
/* What a submission's builder has written: whatever comes, what is taken is printable and within its bounds. */
#include "fuzz.h"

#include "evidence/build_failure.h"
#include "evidence/submission_notes.h"

static void submission_check_place(const struct source_place *p)
{
	ALWAYS(memchr(p->path, '\0', sizeof(p->path)) && fuzz_is_printable(p->path));
	ALWAYS(!*p->path == !p->line);
}

static void submission_check_notes(const struct submission_notes *n)
{
	ALWAYS(n->file_count <= SUBMISSION_FILES_MAX && n->check_count <= SUBMISSION_CHECKS_MAX);
	ALWAYS(fuzz_is_printable(n->form) && fuzz_is_printable(n->base) && fuzz_is_printable(n->target));
	ALWAYS(n->touched < TOUCHED && submission_worst_carry(n) < CARRIES);
	for (unsigned int i = 0; i < n->file_count; i++)
		ALWAYS(n->file[i].carry < CARRIES && fuzz_is_printable(n->file[i].path));
	for (unsigned int i = 0; i < n->check_count; i++)
		ALWAYS(fuzz_is_printable(n->check[i]));
	for (unsigned int i = 0; i < EM_NR_LEAVES; i++)
		submission_check_place(&n->leaf[i]);
	submission_check_place(&n->handled);
	ALWAYS(n->function_count <= SUBMISSION_FUNCTIONS_MAX);
	for (unsigned int i = 0; i < n->function_count; i++) {
		ALWAYS(fuzz_is_printable(n->function[i].name));
		submission_check_place(&n->function[i].place);
	}
}

static void submission_check_failure(const struct build_failure *f)
{
	ALWAYS(f->kind < FAILURE_KINDS && *f->message && f->error_count <= BUILD_ERRORS_MAX);
	ALWAYS(fuzz_is_printable(f->message) && fuzz_is_printable(f->kernel));
	for (unsigned int i = 0; i < f->error_count; i++)
		ALWAYS(fuzz_is_printable(f->error[i]));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct submission_notes notes;	/* large */
	static struct build_failure failure;
	struct error err = { 0 };

	if (submission_notes_parse((const char *)data, size, &notes, &err) == 0)
		submission_check_notes(&notes);
	else
		ALWAYS(err.message && err.status == STATUS_USAGE);
	error_clear(&err);
	if (build_failure_parse((const char *)data, size, &failure, &err) == 0)
		submission_check_failure(&failure);
	else
		ALWAYS(err.message && err.status == STATUS_USAGE);
	error_clear(&err);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "report/caption.h"

#include <string.h>

#include "base/memory.h"
#include "base/printable.h"
#include "base/text.h"
#include "report/page.h"

#define INDENT 9

/*
 * A list of parts behind a label, with commas between them.  A part that does not fit begins a new
 * row.
 */
struct list {
	FILE *out;
	size_t column;
	bool has_part;
};

static struct list begin(FILE *out, const char *label)
{
	fprintf(out, "  %-*s", INDENT - 2, label);
	return (struct list){ .out = out, .column = INDENT };
}

static void put(struct list *l, const char *what, const char *text)
{
	size_t len = text ? strlen(what) + strlen(text) : 0;
	size_t room = PAGE_WIDTH - INDENT - strlen(what);
	_cleanup_free_ char *fitting = NULL;

	if (!text || !*text)
		return;
	if (l->has_part) {
		fputc(',', l->out);
		if (l->column + 3 + len > PAGE_WIDTH) {
			fprintf(l->out, "\n%*s", INDENT, "");
			l->column = INDENT;
		} else {
			fputc(' ', l->out);
			l->column += 2;
		}
	}
	fputs(what, l->out);
	fitting = xcalloc(1, room + 1);
	text_fit(fitting, room + 1, "%s", text);
	for (const char *p = fitting; *p; p++)
		fputc(printable(*p), l->out);
	l->column += len;
	l->has_part = true;
}

static void put_json(struct list *l, const char *what, const json_t *object, const char *key)
{
	put(l, what, json_string_value(json_object_get(object, key)));
}

static void put_number(struct list *l, uint32_t number, const char *unit)
{
	_cleanup_free_ char *text = xasprintf("%u %s", number, unit);

	put(l, "", text);
}

static void end(struct list *l)
{
	fputc('\n', l->out);
}

static void put_guest(FILE *out, const struct case_file *cf)
{
	const struct evidence *e = &cf->evidence;
	const json_t *m = e->guest_machine;
	struct list l = begin(out, "guest");

	put(&l, "", e->guest);
	put(&l, "kernel ", e->guest_kernel);
	put_number(&l, cf->vcpus, cf->vcpus == 1 ? "vCPU" : "vCPUs");
	if (e->memory_mib)
		put_number(&l, e->memory_mib, "MiB");
	put_json(&l, "machine ", m, "machine");
	put_json(&l, "firmware ", m, "firmware");
	put_json(&l, "disk bus ", m, "disk_bus");
	put(&l, "records by ", e->records_by);
	end(&l);
}

/* What was handed in as source: its base, and whether it had to be bent to fit this kernel. */
static void put_submission(FILE *out, const struct case_file *cf)
{
	static const char *const ways[CARRIES] = {
		[CARRY_FUZZ] = "WITH FUZZ: look at submission.patch",
		[CARRY_PLACED] = "PUT IN LINE BY LINE: look at submission.patch",
		[CARRY_WORDS] = "MERGED BY WORDS: look at submission.patch",
	};
	const struct submission_notes *n = &cf->submission;
	struct list l;

	if (!case_has_input(cf, CASE_SUBMISSION) || !strcmp(n->form, "modules"))
		return;
	l = begin(out, "patch");
	put(&l, "from ", n->form);
	put(&l, "base ", n->base);
	put(&l, "", ways[submission_worst_carry(n)]);
	for (unsigned int i = 0; i < n->check_count; i++)
		put(&l, "CHECK ", n->check[i]);
	end(&l);
}

void caption_print(FILE *out, const struct case_file *cf)
{
	static const char *const paging[PAGINGS] = { [PAGING_NESTED] = "nested", [PAGING_SHADOW] = "shadow" };
	const struct evidence *e = &cf->evidence;
	struct list l = begin(out, "host");

	put(&l, "", e->host);
	put_json(&l, "by ", e->emulator, "name");
	put(&l, "kernel ", e->host_kernel);
	put_json(&l, "QEMU ", e->versions, "qemu");
	put_json(&l, "", e->guest_machine, "paging");
	put(&l, "asked for as PAGING=", paging[e->paging]);
	if (case_has_input(cf, CASE_HOST) && cf->host.is_global)
		put(&l, "", "exits of all VMs");
	end(&l);
	put_guest(out, cf);
	put_submission(out, cf);
	l = begin(out, "image");
	put_json(&l, "", e->image, "name");
	put_json(&l, "", e->image, "file");
	put_json(&l, "SHA-256 ", e->image, "sha256");
	if (!l.has_part)
		put(&l, "", "not known");
	end(&l);
	if (e->inputs) {
		l = begin(out, "inputs");
		put(&l, "SHA-256 ", e->inputs);
		end(&l);
	}
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The page of a run whose guest was lost: whatever its console, its samples and the words of its host are, the
 * page is whole XML that has no script and no address but those of its own files.  The input is
 * console.log, timeline.csv and phases.txt, a form feed between them.
 */
#include "fuzz.h"

#include <libxml/parser.h>
#include <string.h>

#include "base/memory.h"
#include "judge/case_file_load.h"
#include "judge/judge.h"
#include "report/report_html.h"

static const char *page_next(const char **at, size_t *left, size_t *ret_len)
{
	const char *start = *at, *end = memchr(start, '\f', *left);

	*ret_len = end ? (size_t)(end - start) : *left;
	*left -= *ret_len + (end ? 1 : 0);
	*at = start + *ret_len + (end ? 1 : 0);
	return start;
}

static void page_load(const char *at, size_t left, struct case_file *run)
{
	static const struct records_expect expect = { .nonce = "1", .points = 1 };
	struct error err = { 0 };
	size_t len;
	const char *text = page_next(&at, &left, &len);

	memset(run, 0, sizeof(*run));
	run->evidence.outcome = OUTCOME_PANIC;
	run->evidence.nonce = xstrdup("1");
	run->evidence.detail = xasprintf("%.*s", (int)(len < 200 ? len : 200), text);
	run->evidence.guest_kernel = xstrdup(run->evidence.detail);
	records_init(&run->records, &expect);
	records_finish(&run->records);
	run->console_name = "console.log";
	console_init(&run->console);
	console_feed(&run->console, text, len);
	console_finish(&run->console);
	text = page_next(&at, &left, &len);
	if (timeline_parse(text, len, &run->timeline, &err) == 0)
		run->input[CASE_TIMELINE].state = INPUT_READ;
	error_clear(&err);
	if (phases_parse(at, left, &run->phases, &err) == 0)
		run->input[CASE_PHASES].state = INPUT_READ;
	error_clear(&err);
	case_file_derive(run);
}

/* What is the page's own has no element that acts, and no address but of files beside it. */
static void page_check_element(const xmlNode *node)
{
	static const char *const acting[] = { "script", "iframe", "object", "embed",
					      "form",	"img",	  "link",   "base" };

	for (; node; node = node->next) {
		if (node->type != XML_ELEMENT_NODE)
			continue;
		for (size_t i = 0; i < ARRAY_SIZE(acting); i++)
			ALWAYS(strcmp((const char *)node->name, acting[i]) != 0);
		for (const xmlAttr *a = node->properties; a; a = a->next) {
			ALWAYS(strncmp((const char *)a->name, "on", 2) &&
			       strcmp((const char *)a->name, "style"));
			ALWAYS(strcmp((const char *)a->name, "href") ||
			       !strchr((const char *)a->children->content, ':'));
		}
		page_check_element(node->children);
	}
}

static void page_check(const char *page)
{
	xmlDoc *doc = xmlReadMemory(page, (int)strlen(page), NULL, NULL,
				    XML_PARSE_NONET | XML_PARSE_NOERROR);

	ALWAYS(doc);
	page_check_element(xmlDocGetRootElement(doc));
	xmlFreeDoc(doc);
	for (const char *c = page; *c; c++)
		ALWAYS(*c == '\n' || *c == '\t' || (*c >= 0x20 && *c < 0x7f));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct case_file run; /* large */
	struct judgement j = { 0 };
	char *page;

	page_load((const char *)data, size, &run);
	judge(&run, &j);
	page = report_html(&run, &j);
	page_check(page);
	free(page);
	judgement_deinit(&j);
	case_file_deinit(&run);
	return 0;
}

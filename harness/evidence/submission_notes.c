// SPDX-License-Identifier: GPL-2.0-only
#include "evidence/submission_notes.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "evidence/file_names.h"
#include "evidence/key_lines.h"
#include "evidence/scan.h"

const char *const carry_names[CARRIES] = {
	[CARRY_AS_IS] = "as-is",
	[CARRY_OTHER_LINES] = "other-lines",
	[CARRY_FUZZ] = "fuzz",
	[CARRY_PLACED] = "placed",
	[CARRY_WORDS] = "words",
};

const char *const touched_names[TOUCHED] = {
	[TOUCHED_UNKNOWN] = "unknown",
	[TOUCHED_SVM] = "svm",
	[TOUCHED_VMX] = "vmx",
	[TOUCHED_BOTH] = "both",
	[TOUCHED_COMMON] = "common",
};

static bool take_file(const char *value, struct submission_notes *n)
{
	struct scan s = scan_over(value, strlen(value));
	unsigned int carry;

	if (!scan_name(&s, carry_names, CARRIES, &carry) || !scan_literal(&s, " "))
		return false;
	if (n->file_count == SUBMISSION_FILES_MAX)
		return true;	/* as many as anybody reads */
	n->file[n->file_count].carry = (enum carry)carry;
	return key_line_copy(s.at, n->file[n->file_count++].path, SUBMISSION_PATH_BYTES);
}

/* PATH:LINE */
static bool take_place(const char *value, struct source_place *ret)
{
	const char *colon = strrchr(value, ':');
	struct scan s = scan_over(colon ? colon + 1 : value, colon ? strlen(colon + 1) : 0);
	uint64_t line;

	if (!colon || colon == value || (size_t)(colon - value) >= sizeof(ret->path) ||
	    !scan_dec(&s, &line) || !scan_at_end(&s) || !line || line > UINT32_MAX)
		return false;
	snprintf(ret->path, sizeof(ret->path), "%.*s", (int)(colon - value), value);
	ret->line = (uint32_t)line;
	return true;
}

/* The key is "leaf 0x4ffffffd". */
static bool take_leaf(const char *key, const char *value, struct submission_notes *n)
{
	struct scan s = scan_over(key, strlen(key));
	uint64_t leaf;

	if (!scan_format(&s, "leaf 0x%q", &leaf) || !scan_at_end(&s) || leaf < EM_LEAF_FIRST ||
	    leaf - EM_LEAF_FIRST >= EM_NR_LEAVES)
		return false;
	return take_place(value, &n->leaf[leaf - EM_LEAF_FIRST]);
}

/* The key is "function svm_handle_exit".  What does not fit is left out. */
static bool take_function(const char *name, const char *value, struct submission_notes *n)
{
	unsigned int i = n->function_count;

	if (i == SUBMISSION_FUNCTIONS_MAX || strlen(name) >= sizeof(n->function[i].name))
		return true;
	strcpy(n->function[i].name, name);
	n->function_count++;
	return take_place(value, &n->function[i].place);
}

const struct source_place *submission_function(const struct submission_notes *n, const char *name)
{
	for (unsigned int i = 0; i < n->function_count; i++)
		if (!strcmp(n->function[i].name, name))
			return &n->function[i].place;
	return NULL;
}

static bool take_vendors(const char *value, struct submission_notes *n)
{
	for (unsigned int i = 0; i < TOUCHED; i++) {
		if (!strcmp(value, touched_names[i])) {
			n->touched = (enum touched)i;
			return true;
		}
	}
	return false;
}

static bool take_check(const char *value, struct submission_notes *n)
{
	if (n->check_count == SUBMISSION_CHECKS_MAX)
		return true;
	return key_line_copy(value, n->check[n->check_count++], SUBMISSION_TEXT_BYTES);
}

static bool take_line(const char *key, const char *value, void *context)
{
	struct submission_notes *n = context;
	struct source_place ignored;

	if (!strcmp(key, "form"))
		return key_line_copy(value, n->form, sizeof(n->form));
	if (!strcmp(key, "target"))
		return key_line_copy(value, n->target, sizeof(n->target));
	if (!strcmp(key, "base"))
		return key_line_copy(value, n->base, sizeof(n->base));
	if (!strcmp(key, "file"))
		return take_file(value, n);
	if (!strcmp(key, "vendors"))
		return take_vendors(value, n);
	if (!strcmp(key, "check"))
		return take_check(value, n);
	if (!strncmp(key, "leaf ", 5))
		return take_leaf(key, value, n);
	if (!strncmp(key, "function ", 9))
		return take_function(key + 9, value, n);
	if (!strcmp(key, "handled"))
		return take_place(value, n->handled.line ? &ignored : &n->handled);
	n->left_out += !strcmp(key, "left out");
	return true;
}

int submission_notes_parse(const char *text, size_t len, struct submission_notes *ret, struct error *err)
{
	memset(ret, 0, sizeof(*ret));
	if (key_lines_read(text, len, "submission 1", take_line, ret))
		return 0;
	return error_set(err, STATUS_USAGE, FILE_SUBMISSION " is malformed");
}

enum carry submission_worst_carry(const struct submission_notes *n)
{
	enum carry worst = CARRY_AS_IS;

	for (unsigned int i = 0; i < n->file_count; i++)
		if (n->file[i].carry > worst)
			worst = n->file[i].carry;
	return worst;
}

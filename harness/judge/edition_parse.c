// SPDX-License-Identifier: GPL-2.0-only
#include "judge/edition_parse.h"

#include <string.h>

#include "base/memory.h"
#include "base/printable.h"
#include "base/text.h"
#include "judge/clause.h"

/* What is read line by line. */
struct reading {
	struct edition *edition;
	unsigned int seen;			/* a bit for each key */
	bool is_listed[EDITION_CLAUSES_MAX];
	enum weight weight;			/* of the list that is being read */
};

bool edition_is_name(const char *text)
{
	size_t len = strlen(text);

	return len && len <= EDITION_NAME_MAX && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-") == len &&
	       *text != '-' && text[len - 1] != '-' && !strstr(text, "--");
}

/* Returns a word's place in a list; an unknown one is refused with all that there are. */
static int find_word(const char *const *words, unsigned int count, const char *what, const char *word,
		     struct error *err)
{
	_cleanup_free_ char *all = NULL;

	for (unsigned int i = 0; i < count; i++) {
		if (!strcmp(words[i], word))
			return (int)i;
		text_join(&all, " ", "%s", words[i]);
	}
	return error_set(err, STATUS_USAGE, "'%s' is no %s: it is one of %s", word, what, all);
}

static int take_title(struct reading *r, char *value, struct error *err)
{
	if (strlen(value) >= sizeof(r->edition->title))
		return error_set(err, STATUS_USAGE, "a title has at most %zu characters",
				 sizeof(r->edition->title) - 1);
	strcpy(r->edition->title, value);
	return 0;
}

static int take_layout(struct reading *r, char *value, struct error *err)
{
	int layout = find_word(em_layout_names, EM_LAYOUTS, "layout", value, err);

	if (layout >= 0)
		r->edition->layout = (enum em_layout)layout;
	return layout < 0 ? -1 : 0;
}

static int take_figure(struct reading *r, const char *word, struct error *err)
{
	static const char *const names[FIGURE_COUNT] = { "exits", "cycles", "reason-exits", "reason-cycles" };
	int figure = find_word(names, FIGURE_COUNT, "figure", word, err);

	if (figure >= 0)
		r->edition->figures |= 1u << figure;
	return figure < 0 ? -1 : 0;
}

/* A decimal or 0x number of 32 bits. */
static int take_number(const char *word, uint32_t *ret, struct error *err)
{
	char *end;
	unsigned long long value = strtoull(word, &end, 0);

	if (*word < '0' || *word > '9' || *end || strlen(word) > 10 || value > UINT32_MAX)
		return error_set(err, STATUS_USAGE, "'%s' is no number of 32 bits", word);
	*ret = (uint32_t)value;
	return 0;
}

/* The four registers, eax first: a number, or `any`. */
static int take_answer(char *value, struct edition_answer *ret, struct error *err)
{
	uint32_t *const regs[] = { &ret->regs.eax, &ret->regs.ebx, &ret->regs.ecx, &ret->regs.edx };
	unsigned int count = 0;
	char *save = NULL;

	memset(ret, 0, sizeof(*ret));
	for (char *word = strtok_r(value, " ", &save); word; word = strtok_r(NULL, " ", &save), count++) {
		if (count < ARRAY_SIZE(regs) && !strcmp(word, "any"))
			ret->any |= 1u << count;
		else if (count < ARRAY_SIZE(regs) && take_number(word, regs[count], err) < 0)
			return -1;
	}
	if (count != ARRAY_SIZE(regs))
		return error_set(err, STATUS_USAGE, "an answer is four numbers, of eax, ebx, ecx and edx");
	return 0;
}

static int take_undefined(struct reading *r, char *value, struct error *err)
{
	return take_answer(value, &r->edition->undefined, err);
}

static int take_not_enabled(struct reading *r, char *value, struct error *err)
{
	return take_answer(value, &r->edition->not_enabled, err);
}

static int take_sdm(struct reading *r, char *value, struct error *err)
{
	if (!strcmp(value, "newest"))
		return 0;
	if (take_number(value, &r->edition->sdm, err) == 0 && r->edition->sdm >= 2000 && r->edition->sdm <= 2099)
		return 0;
	error_clear(err);
	return error_set(err, STATUS_USAGE, "'%s' is no year from 2000 to 2099, and not the word newest", value);
}

static int take_counted(struct reading *r, char *value, struct error *err)
{
	static const char *const names[] = { "vm", "module", "either" };
	int counted = find_word(names, ARRAY_SIZE(names), "answer to whose exits are counted", value, err);

	if (counted >= 0)
		r->edition->counted = (enum edition_counted)counted;
	return counted < 0 ? -1 : 0;
}

static void weigh_all(struct reading *r)
{
	for (unsigned int i = 0; i < clause_count; i++)
		if (!r->is_listed[i])
			r->edition->weight[i] = r->weight;
}

static int take_clause(struct reading *r, const char *id, struct error *err)
{
	unsigned int i = 0;

	if (!strcmp(id, "all")) {
		weigh_all(r);
		return 0;
	}
	while (i < clause_count && strcmp(clauses[i].id, id))
		i++;
	if (i == clause_count)
		return error_set(err, STATUS_USAGE, "there is no clause '%s'", id);
	if (r->is_listed[i])
		return error_set(err, STATUS_USAGE, "the clause %s is listed twice", id);
	if (clauses[i].is_basic && r->weight != WEIGHT_REQUIRED)
		return error_set(err, STATUS_USAGE, "the clause %s is required of every run", id);
	if (clauses[i].is_advice && r->weight == WEIGHT_REQUIRED)
		return error_set(err, STATUS_USAGE, "the clause %s is advice in every edition", id);
	r->is_listed[i] = true;
	r->edition->weight[i] = r->weight;
	return 0;
}

static int take_words(struct reading *r, char *value, struct error *err,
		      int (*take)(struct reading *r, const char *word, struct error *err))
{
	char *save = NULL;

	for (char *word = strtok_r(value, " ", &save); word; word = strtok_r(NULL, " ", &save))
		if (take(r, word, err) < 0)
			return -1;
	return 0;
}

static int take_figures(struct reading *r, char *value, struct error *err)
{
	return take_words(r, value, err, take_figure);
}

static int take_clauses(struct reading *r, char *value, struct error *err)
{
	return take_words(r, value, err, take_clause);
}

static const struct {
	const char *name;
	int (*take)(struct reading *r, char *value, struct error *err);
	enum weight weight;	/* of a list of clauses, which may have several lines */
	bool is_needed;
} keys[] = {
	{ .name = "title", .take = take_title, .is_needed = true },
	{ .name = "layout", .take = take_layout, .is_needed = true },
	{ .name = "figures", .take = take_figures, .is_needed = true },
	{ .name = "undefined", .take = take_undefined },
	{ .name = "not-enabled", .take = take_not_enabled },
	{ .name = "sdm", .take = take_sdm },
	{ .name = "counted", .take = take_counted },
	{ .name = "required", .take = take_clauses, .weight = WEIGHT_REQUIRED, .is_needed = true },
	{ .name = "practice", .take = take_clauses, .weight = WEIGHT_PRACTICE },
	{ .name = "not-asked", .take = take_clauses, .weight = WEIGHT_NOT_ASKED },
};

static int take_pair(struct reading *r, const char *key, char *value, struct error *err)
{
	for (unsigned int i = 0; i < ARRAY_SIZE(keys); i++) {
		if (strcmp(keys[i].name, key))
			continue;
		if (r->seen & 1u << i && keys[i].take != take_clauses)
			return error_set(err, STATUS_USAGE, "the key %s is there twice", key);
		r->seen |= 1u << i;
		r->weight = keys[i].weight;
		return keys[i].take(r, value, err);
	}
	return error_set(err, STATUS_USAGE, "there is no key '%s'", key);
}

/* Takes a line, which it changes. */
static int take_line(struct reading *r, char *line, struct error *err)
{
	size_t len = strlen(line);
	char *colon;

	if (len && line[len - 1] == '\r')
		line[--len] = '\0';
	for (char *c = line; *c; c++)
		if (printable(*c) != *c)
			return error_set(err, STATUS_USAGE, "only printable ASCII is allowed");
	if (!len || *line == '#')
		return 0;
	colon = strstr(line, ": ");
	if (!colon || !colon[2 + strspn(colon + 2, " ")])
		return error_set(err, STATUS_USAGE, "want a key, a colon, a space and a value");
	*colon = '\0';
	return take_pair(r, line, colon + 2, err);
}

static int take_lines(struct reading *r, char *text, struct error *err)
{
	unsigned int number = 0;
	char *line;

	while ((line = strsep(&text, "\n"))) {
		number++;
		if (take_line(r, line, err) < 0)
			return error_wrap(err, "line %u", number);
	}
	return 0;
}

static int check_whole(const struct reading *r, struct error *err)
{
	const struct edition *e = r->edition;
	unsigned int beside = e->figures & ~edition_layout_figures(e->layout);

	for (unsigned int i = 0; i < ARRAY_SIZE(keys); i++)
		if (keys[i].is_needed && !(r->seen & 1u << i))
			return error_set(err, STATUS_USAGE, "the key %s is missing", keys[i].name);
	if (beside)
		return error_set(err, STATUS_USAGE, "the layout %s has no leaf for the %s",
				 em_layout_names[e->layout], edition_figure_name(beside));
	return 0;
}

/* The clause that looks whether other VMs' exits are counted: whose may be, decides where no list does. */
static bool hangs_on_counted(const struct reading *r, unsigned int clause)
{
	return !strcmp(clauses[clause].id, "neighbour") && !r->is_listed[clause];
}

/* What the lists cannot say. */
static void settle_weights(struct reading *r)
{
	struct edition *e = r->edition;

	for (unsigned int i = 0; i < clause_count; i++) {
		if (hangs_on_counted(r, i))
			e->weight[i] = e->counted == EDITION_COUNTS_VM ? WEIGHT_REQUIRED : WEIGHT_PRACTICE;
		if (clauses[i].is_basic)
			e->weight[i] = WEIGHT_REQUIRED;
		else if (clauses[i].is_advice && e->weight[i] == WEIGHT_REQUIRED)
			e->weight[i] = WEIGHT_PRACTICE;
		else if (!edition_has(e, clauses[i].figures))
			e->weight[i] = WEIGHT_NOT_ASKED;
	}
}

int edition_parse(const char *name, const char *text, size_t len, struct edition *ret, struct error *err)
{
	struct reading r = { .edition = ret, .weight = WEIGHT_PRACTICE };
	_cleanup_free_ char *copy = NULL;

	memset(ret, 0, sizeof(*ret));
	if (!edition_is_name(name))
		return error_set(err, STATUS_USAGE, "'%s' is no name of an edition: it has lower-case letters, "
				 "digits and dashes, and at most %d of them", name, EDITION_NAME_MAX);
	if (len > EDITION_TEXT_MAX || memchr(text, '\0', len))
		return error_set(err, STATUS_USAGE, "%s", len > EDITION_TEXT_MAX ? "it is longer than 64 KiB" :
				 "it is no text");
	strcpy(ret->name, name);
	ret->undefined.regs.edx = 0xffffffff;
	ret->counted = EDITION_COUNTS_EITHER;
	weigh_all(&r);
	copy = xasprintf("%.*s", (int)len, text);
	if (take_lines(&r, copy, err) < 0 || check_whole(&r, err) < 0)
		return -1;
	ret->figures |= FIGURE_ANY;
	settle_weights(&r);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only
#include "report/clause_group.h"

#include <string.h>

#include "base/memory.h"

#define GROUP_CLAUSES_MAX 12

static const struct {
	const char *name, *title;
	const char *clauses[GROUP_CLAUSES_MAX];
} groups[CLAUSE_GROUPS] = {
	[GROUP_BASICS] = { "basics", "It builds and lives",
		{ "builds", "stable", "finished", "records", "paging", "implemented", "layout" } },
	[GROUP_TOTALS] = { "totals", "Totals", { "total-grows", "boot-totals", "both-totals", "reboot-carries" } },
	[GROUP_REASONS] = { "reasons", "Exits by reason",
		{ "cpuid-counted", "concurrent", "sum-exits", "op-cpuid", "op-port",
		  "op-rdtsc" } },
	[GROUP_CYCLES] = { "cycles", "Cycles",
		{ "sum-cycles", "cycles-each", "cycles-plausible", "cycles-handling", "cycles-pace",
		  "cycles-wait", "cycles-userspace", "cycles-unit", "cycles-carry" } },
	[GROUP_SENTINELS] = { "sentinels", "Sentinels", { "regs-undefined", "regs-not-enabled", "sentinel-valid" } },
	[GROUP_REGISTERS] = { "registers", "Registers",
		{ "regs-valid", "regs-totals", "regs-high", "cpuid-tool", "kernel-mode", "other-leaves" } },
	[GROUP_HOST] = { "host", "The host's own counts",
		{ "host-agrees", "oracle-trace", "oracle-points", "fast-path", "oracle-stat", "neighbour", "host-log",
		  "host-complains" } },
};

const char *clause_group_name(enum clause_group group)
{
	return groups[group].name;
}

const char *clause_group_title(enum clause_group group)
{
	return groups[group].title;
}

enum clause_group clause_group_find(const char *name)
{
	unsigned int group = 0;

	while (group < CLAUSE_GROUPS && strcmp(groups[group].name, name) != 0)
		group++;
	return (enum clause_group)group;
}

static bool has_clause(enum clause_group group, const char *id)
{
	for (size_t i = 0; i < GROUP_CLAUSES_MAX && groups[group].clauses[i]; i++)
		if (!strcmp(groups[group].clauses[i], id))
			return true;
	return false;
}

enum clause_group clause_group_of(const char *id)
{
	unsigned int group = 0;

	while (group < CLAUSE_GROUPS && !has_clause((enum clause_group)group, id))
		group++;
	return (enum clause_group)group;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * The module parameters: which CPUID leaf answers with what, whose exits a guest
 * reads, and whether the answers are logged.
 */
#include <linux/kernel.h>
#include <linux/moduleparam.h>
#include <linux/string.h>

#include "exitmeter-internal.h"

static const char *const exitmeter_layout_names[EXITMETER_NR_LAYOUTS] = {
	[EXITMETER_SPLIT] = "split",
	[EXITMETER_COMBINED] = "combined",
	[EXITMETER_REVERSED] = "reversed",
};

static const char *const exitmeter_scope_names[EXITMETER_NR_SCOPES] = {
	[EXITMETER_VM] = "vm",
	[EXITMETER_GLOBAL] = "global",
};

struct exitmeter_choice exitmeter_layout = {
	.names = exitmeter_layout_names,
	.nr_names = ARRAY_SIZE(exitmeter_layout_names),
	.chosen = EXITMETER_SPLIT,
};

struct exitmeter_choice exitmeter_scope = {
	.names = exitmeter_scope_names,
	.nr_names = ARRAY_SIZE(exitmeter_scope_names),
	.chosen = EXITMETER_VM,
};

static int exitmeter_choice_set(const char *value, const struct kernel_param *kp)
{
	struct exitmeter_choice *choice = kp->arg;
	int chosen = __sysfs_match_string(choice->names, choice->nr_names, value);

	if (chosen < 0)
		return chosen;

	choice->chosen = chosen;
	return 0;
}

static int exitmeter_choice_get(char *buffer, const struct kernel_param *kp)
{
	const struct exitmeter_choice *choice = kp->arg;

	return sprintf(buffer, "%s\n", choice->names[choice->chosen]);
}

static const struct kernel_param_ops exitmeter_choice_ops = {
	.set = exitmeter_choice_set,
	.get = exitmeter_choice_get,
};

module_param_cb(exitmeter_layout, &exitmeter_choice_ops, &exitmeter_layout, 0444);
MODULE_PARM_DESC(exitmeter_layout,
		 "which CPUID leaf answers with what: split (default), combined or reversed");

module_param_cb(exitmeter_scope, &exitmeter_choice_ops, &exitmeter_scope, 0444);
MODULE_PARM_DESC(exitmeter_scope,
		 "whose exits a guest reads: vm (its own, default) or global (all guests')");

bool exitmeter_log;
module_param(exitmeter_log, bool, 0644);
MODULE_PARM_DESC(exitmeter_log, "log what guests read, rate-limited (default off)");

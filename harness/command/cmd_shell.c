// SPDX-License-Identifier: GPL-2.0-only
/* shell: boots a guest as a run does, and gives the user its console in place of a verdict. */
#include <stdio.h>
#include <unistd.h>

#include "base/error.h"
#include "base/file.h"
#include "base/interrupt.h"
#include "base/memory.h"
#include "command/commands.h"
#include "command/edition_option.h"
#include "command/measuring.h"
#include "run/submission_files.h"

static int require_terminal(const struct config *c, struct error *err)
{
	const char *which = !isatty(STDIN_FILENO) ? "input" : !c->dry_run && !isatty(STDOUT_FILENO) ? "output" : NULL;

	return which ? error_set(err, STATUS_USAGE, "a shell is typed at: its standard %s must be a terminal, without a "
				 "pipe or a redirection", which) : 0;
}

/* Modules that could not be built say why beside them; `make shell` has shown it. */
static int require_modules(void *command, struct error *err)
{
	const struct config *c = ((const struct measuring *)command)->config;

	return submission_is_unbuilt(c) ? error_set(err, STATUS_USAGE, "the submission could not be built, and so there is "
						    "nothing to boot: see %s/build-failed.txt", c->module_dir) : 0;
}

/* What hosts leave in a run folder goes when the scratch folder goes. */
static int make_folder(void *command, struct error *err)
{
	struct measuring *cmd = command;

	cmd->rundir.part = xasprintf("%s/session", cmd->scratch.dir);
	cmd->run.dir = cmd->rundir.part;
	return dir_make(cmd->run.dir, err);
}

/* clang-format off */
static const struct stage stages[] = {
	{ .quiet = "choose host", .begin = measuring_choose_host },
	{ .quiet = "not built", .begin = require_modules },
	{ .quiet = "scratch folder", .begin = measuring_make_scratch,
	  .end = measuring_remove_scratch },
	{ .quiet = "recover modules", .begin = measuring_recover_modules },
	{ .quiet = "session folder", .begin = make_folder },
	{ .quiet = "choose image", .begin = measuring_choose_image },
	{ .quiet = "host", .begin = measuring_run_on_host },
};
/* clang-format on */

static int describe(void *command, struct error *err)
{
	struct measuring *cmd = command;
	const struct config *c = cmd->config;
	_cleanup_free_ char *vm = NULL;

	(void)err;
	cmd->run.dir = "session";
	vm = measuring_describe_vm(cmd);
	printf("host %s, guest %s, modules %s\n\n%s", host_words[cmd->host], guest_words[c->guest], kvm_words[c->modules], vm);
	return 0;
}

static const struct stage dry_stages[] = {
	{ .quiet = "choose host", .begin = measuring_choose_host },
	{ .quiet = "choose image", .begin = measuring_choose_image },
	{ .quiet = "describe", .begin = describe },
};

static int boot(struct config *c, struct error *err)
{
	struct progress p;
	int rc;

	progress_init(&p, stderr, false);
	rc = c->dry_run ? measuring_carry_out(dry_stages, ARRAY_SIZE(dry_stages), c, &p, err) :
			  measuring_carry_out(stages, ARRAY_SIZE(stages), c, &p, err);
	progress_end(&p);
	if (rc < 0)
		interrupt_explain(err);
	return rc;
}

static int shell(const struct command_call *call, struct error *err)
{
	struct config c;
	int rc;

	if (require_terminal(call->config, err) < 0)
		return -1;
	interrupt_install();
	config_init(&c);
	config_copy(&c, call->config);
	c.shell = true;
	c.saved_host = SAVED_HOST_NO;	/* a saved one has no port for the console */
	rc = edition_option_settle(&c, err) < 0 ? -1 : boot(&c, err);
	config_deinit(&c);
	return rc;
}

const struct command command_shell = {
	.name = "shell",
	.summary = "boot a guest as run does, and type at its console",
	.usage = "[OPTION]...",
	.text = "Boots a guest on the chosen host's KVM with the modules under test, and makes this\n"
		"terminal its console.  Nothing is measured, and no run folder is left.  The cloud guest\n"
		"shows a login: root has no password.  The micro guest gives root's shell at once.  In\n"
		"there `cpuid -1 -l 0x4fffffff` asks a leaf, and `exitmeter-probe` all of them.\n"
		"Ctrl-] ends it, and so does the guest's poweroff; then everything is put back.  Ctrl-C\n"
		"goes to the guest.  What the guest writes goes to the terminal as it is.\n",
	.options = (const char *const[]){ "host", "guest", "firmware", "layout", "edition", "scope", "paging", "modules",
					  "vcpus", "memory", "cache", "libvirt-uri", "kit", "module-dir", "host-image",
					  "guest-image", "image", "image-file", "manifests", "refresh", "bochs",
					  "guest-kernel", "guest-append", "templates", "vendor-params", "patience",
					  "timeout-fetch", "dry-run", NULL },
	.more = "The options are those of `exitmeter run`.  Exit codes: 0 it was ended by Ctrl-] or by the guest;\n"
		"2 this is no terminal, or the command line is wrong; 3 the guest or the host was lost;\n"
		"77 a requirement is missing.\n",
	.work = shell,
};

// SPDX-License-Identifier: GPL-2.0-only
#include "command/measuring.h"

#include <sys/stat.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/orphans.h"
#include "base/pace.h"
#include "host/host.h"
#include "image/guest_image.h"
#include "kvm/modules.h"
#include "run/stages.h"

static const struct host_kind {
	host_run_fn run;
	char *(*describe)(const struct host_run *run);
	int (*require)(struct error *err);	/* what can be told to be missing at once; may be NULL */
	/* Why --deterministic is refused, or NULL; the second reason is for more than one vCPU. */
	const char *why_not_deterministic, *why_not_several;
} kinds[HOST_TYPES] = {
	[HOST_NATIVE] = { host_native_run, host_native_describe, host_native_require,
			  "a real machine has interrupts and clocks of its own", NULL },
	[HOST_NESTED] = { host_nested_run, host_nested_describe, host_nested_require,
			  "a real CPU has interrupts and clocks of its own", NULL },
	[HOST_EMULATED_SVM] = { host_emulated_svm_run, host_emulated_svm_describe, NULL, NULL,
				"it is Bochs then, whose SVM does not bring up a second vCPU: take "
				"--host emulated-vmx" },
	[HOST_EMULATED_VMX] = { host_emulated_vmx_run, host_emulated_vmx_describe, NULL, NULL, NULL },
};

/* --deterministic is refused where it cannot hold. */
static int check_deterministic(const struct config *c, enum host_type host, struct error *err)
{
	const char *why = kinds[host].why_not_deterministic;

	if (!why && c->vcpus > 1)
		why = kinds[host].why_not_several;
	if (!c->deterministic || !why)
		return 0;
	return error_set(err, STATUS_USAGE,
			 "--deterministic cannot hold on --host %s with %ld vCPU%s: %s",
			 host_words[host], c->vcpus, c->vcpus == 1 ? "" : "s", why);
}

int measuring_choose_host(void *command, struct error *err)
{
	struct measuring *cmd = command;

	cmd->host = host_choose(cmd->config, cmd->run.progress);
	if (!cmd->config->dry_run && kinds[cmd->host].require && kinds[cmd->host].require(err) < 0)
		return -1;
	if (cmd->host == HOST_EMULATED_SVM && host_emulated_svm_check(cmd->config, err) < 0)
		return -1;
	return check_deterministic(cmd->config, cmd->host, err);
}

int measuring_make_scratch(void *command, struct error *err)
{
	struct measuring *cmd = command;

	if (scratch_create(cmd->config->cache, host_native_restore, &cmd->scratch, err) < 0)
		return -1;
	/* A libvirt of the user's own may run QEMU as another user. */
	if (cmd->config->libvirt_uri)
		chmod(cmd->scratch.dir, 0711);
	cmd->run.scratch = &cmd->scratch;
	return 0;
}

int measuring_remove_scratch(void *command, struct error *err)
{
	struct measuring *cmd = command;

	(void)err;
	scratch_destroy(&cmd->scratch);
	return 0;
}

int measuring_recover_modules(void *command, struct error *err)
{
	struct measuring *cmd = command;
	struct progress *p = cmd->run.progress;
	bool did;

	if (modules_recover(MODULES_FOLDER, &did, err) < 0) {
		progress_note(p, "%s", err->message);
		error_clear(err);
	} else if (did) {
		progress_note(p, "KVM's stock modules are back, which a run that was killed had left out");
	}
	return 0;
}

int measuring_choose_image(void *command, struct error *err)
{
	struct measuring *cmd = command;

	return guest_image_choose(cmd->config, cmd->scratch.dir, cmd->run.progress, err);
}

/* An L1 has got its time limits from an L0, which has measured how slow that is. */
static void measure_pace(struct measuring *cmd)
{
	struct config *c = cmd->config;

	if (cmd->host != HOST_NATIVE || c->progress)
		return;
	c->pace = pace_measure();
	if (c->pace > 1)
		progress_note(cmd->run.progress, PACE_NOTE, c->pace);
}

int measuring_run_on_host(void *command, struct error *err)
{
	struct measuring *cmd = command;

	measure_pace(cmd);
	if (kinds[cmd->host].run(&cmd->run, err) < 0 ||
	    guest_image_check_untouched(cmd->config, cmd->evidence.image, err) < 0)
		return -1;
	progress_end(cmd->run.progress);
	return 0;
}

char *measuring_describe_vm(struct measuring *cmd)
{
	_cleanup_free_ char *dir = xasprintf("%s/scratch/XXXXXX", cmd->config->cache);
	struct scratch nowhere = { .dir = dir, .lock_fd = -1 };
	char *vm;

	cmd->run.scratch = &nowhere;
	vm = kinds[cmd->host].describe(&cmd->run);
	cmd->run.scratch = NULL;
	return vm;
}

int measuring_carry_out(const struct stage *stages, size_t count, struct config *c, struct progress *p, struct error *err)
{
	struct measuring cmd = {
		.config = c,
		.scratch = { .lock_fd = -1 },
		.run = { .config = c, .progress = p, .evidence = &cmd.evidence },
		.verdict = STATUS_PASS,
	};
	int rc;

	orphans_adopt();
	rc = stages_run(stages, count, p, &cmd, err);
	orphans_reap_rest();
	evidence_deinit(&cmd.evidence);
	free(cmd.edition_text);
	rundir_deinit(&cmd.rundir);
	return rc < 0 ? -1 : (int)cmd.verdict;
}

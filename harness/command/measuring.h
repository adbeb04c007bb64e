/* SPDX-License-Identifier: GPL-2.0-only */
/* What `run` and `shell` have in common: the stages around a host, which each lists for itself. */
#ifndef EXITMETER_MEASURING_H
#define EXITMETER_MEASURING_H

#include "evidence/evidence.h"
#include "run/rundir.h"
#include "run/session.h"
#include "run/stages.h"

/* What the stages of a command hand on to each other. */
struct measuring {
	struct config *config;
	enum host_type host;
	struct evidence evidence;
	char *edition_text;	/* of an edition of the user's own */
	struct rundir rundir;
	struct scratch scratch;
	struct host_run run;
	enum exit_status verdict;
};

/* Stages; each takes a struct measuring. */
int measuring_choose_host(void *command, struct error *err);
int measuring_make_scratch(void *command, struct error *err);
int measuring_remove_scratch(void *command, struct error *err);
/*
 * Puts back what a native run or a reload that was killed has left. Where that fails, hosts that
 * need no module go on.
 */
int measuring_recover_modules(void *command, struct error *err);
/* Cheap checks are done; this may download an image. */
int measuring_choose_image(void *command, struct error *err);
int measuring_run_on_host(void *command, struct error *err);

/* Returns the description of the VM that the run would start; the caller frees it. */
char *measuring_describe_vm(struct measuring *cmd);

/* Does what the list says, with that progress.  Returns -1, or the verdict. */
int measuring_carry_out(const struct stage *stages, size_t count, struct config *c, struct progress *p, struct error *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The id of a run: the SHA-256 of all that its figures come from, which is what was asked for, the modules,
 * the images, the emulator, and the version of this program.  Two runs with one id measure the same, so
 * that what is done is not done again, on this machine or another; a run folder has its id in config.json.
 *
 * By which edition a run is judged is not in it: the same run is judged again without being measured again.
 */
#ifndef EXITMETER_RUN_ID_H
#define EXITMETER_RUN_ID_H

#include "run/config.h"

/* What a run's figures come from beside its configuration. */
struct run_inputs {
	const char *modules;	/* what source_list_modules() says of them */
	const char *version;	/* of this program */
	unsigned int repetition;	/* which of several runs that are asked for the same; 0: there is one */
	const char *image;	/* what a run_image says; NULL: nothing */
};

/* Tells which image a cloud guest boots, by its content, since a name or a path may come to hold another one. */
struct run_image {
	/* Returns a text that the caller frees; empty: records of images tell all.  NULL: see err. */
	char *(*tell)(void *context, const struct config *c, struct error *err);
	void *context;
};

/*
 * c: what the run will be given, with its host and its module_dir.  The rest is read from the records
 * (image.json) of images and emulator, which each run holds against the files themselves.
 */
int run_id(const struct config *c, const struct run_inputs *inputs, char ret_hex[65], struct error *err);
/* Whether a run folder is whole, and is that run. */
bool run_id_is_done(const char *dir, const char *id);

#endif

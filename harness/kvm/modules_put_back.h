/* SPDX-License-Identifier: GPL-2.0-only */
/* The way back to the modules of a saved state, whatever is loaded by now.  For modules.c. */
#ifndef EXITMETER_MODULES_PUT_BACK_H
#define EXITMETER_MODULES_PUT_BACK_H

#include "kvm/modules_state.h"

/* Kills the program where EXITMETER_DIE_AT names this step: see modules.h. */
void modules_step(const char *name);
/*
 * Unloads the vendor's module, then kvm, with a step after each.  Where one of them is in use, the
 * error names who uses it.
 */
int modules_unload_both(const struct modules_state *s, const char *vendor_step,
			const char *kvm_step, struct error *err);
/*
 * Loads the same builds with the same parameters as the state says, or unloads what was not loaded,
 * and proves it.
 */
int modules_put_back(const struct modules_state *s, struct error *err);

#endif

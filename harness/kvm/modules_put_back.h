/* SPDX-License-Identifier: GPL-2.0-only */
/* The way back from a saved state, whatever is loaded by now; of modules.c. */
#ifndef EXITMETER_MODULES_PUT_BACK_H
#define EXITMETER_MODULES_PUT_BACK_H

#include "kvm/modules_state.h"

/* Tests have the program killed here: see modules.h. */
void modules_step(const char *name);
/* The vendor's module, then kvm, with a step after each; names whoever holds them. */
int modules_unload_both(const struct modules_state *s, const char *vendor_step,
			const char *kvm_step, struct error *err);
/* The same builds loaded, or not, as the state says, with the same parameters; proves it. */
int modules_put_back(const struct modules_state *s, struct error *err);

#endif

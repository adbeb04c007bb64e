/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What else on this machine has a say in its KVM besides the modules themselves: modprobe.d, livepatches, and a
 * hypervisor below.  All of it is told before anything is changed.
 */
#ifndef EXITMETER_SURROUNDINGS_H
#define EXITMETER_SURROUNDINGS_H

#include "base/error.h"
#include "kvm/hypervisor.h"
#include "kvm/modprobe_config.h"
#include "kvm/vendor.h"

struct surroundings {
	const char *names[2];	/* "kvm" and the vendor's module */
	struct modprobe_config modprobe[2];
	char *livepatch;	/* owned: the first one that patches either; NULL: none */
	enum hypervisor hypervisor;
};

/* root: "" for this machine; for tests, a folder with the files that it reads. */
int surroundings_gather(const char *root, enum kvm_vendor vendor, struct surroundings *ret, struct error *err);
void surroundings_deinit(struct surroundings *s);

/*
 * STATUS_SKIP: something is in the way; the message has the cause and the remedy.  is_patched: whether the modules
 * that are to be loaded are not the stock ones.
 */
int surroundings_require(const struct surroundings *s, bool is_patched, struct error *err);
/* What is not in the way, but good to know: sentences with "; " between them, or NULL.  The caller frees. */
char *surroundings_note(const struct surroundings *s);

#endif

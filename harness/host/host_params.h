/* SPDX-License-Identifier: GPL-2.0-only */
/* The parameters with which the vendor's module, kvm_amd or kvm_intel, is loaded for a run. */
#ifndef EXITMETER_HOST_PARAMS_H
#define EXITMETER_HOST_PARAMS_H

#include "kvm/vendor.h"
#include "run/config.h"

/* Returns both lists as one, "a=1 b=2", or NULL where there is neither; the caller frees it. */
char *host_params_join(const char *first, const char *second);
/* Returns those that the user gave and that of --paging, "a=1 npt=0", or NULL; the caller frees it. */
char *host_params(const struct config *c, enum kvm_vendor vendor);
/* --paging nested needs a CPU that can do it.  STATUS_SKIP: this machine's cannot. */
int host_params_require_paging(const struct config *c, enum kvm_vendor vendor, struct error *err);

#endif

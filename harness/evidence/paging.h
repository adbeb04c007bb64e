/* SPDX-License-Identifier: GPL-2.0-only */
/* By which page tables a guest's memory is reached: the CPU's nested ones, or shadow ones that KVM makes. */
#ifndef EXITMETER_PAGING_H
#define EXITMETER_PAGING_H

enum paging {
	PAGING_AUTO,	/* nobody asked for any: KVM's module decides */
	PAGING_NESTED,	/* NPT on AMD's CPUs, EPT on Intel's */
	PAGING_SHADOW,
	PAGINGS
};
#define PAGING_WORDS [PAGING_AUTO] = "auto", [PAGING_NESTED] = "nested", [PAGING_SHADOW] = "shadow"

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* What root may do.  That of a container may lack any right, and that of a user namespace has its rights in there only. */
#ifndef EXITMETER_RIGHTS_H
#define EXITMETER_RIGHTS_H

#include <stdbool.h>
#include <stddef.h>

struct right {
	int bit;		/* of capabilities(7), as in linux/capability.h */
	const char *name;
};

/*
 * Returns those of the count rights that this process lacks, as "CAP_CHOWN CAP_MKNOD"; the caller frees it.  NULL where
 * it has all of them, or where /proc does not tell.
 */
char *rights_lacking(const struct right *needed, size_t count);
/* Whether this process is in a user namespace, whose users and rights are not those of the machine. */
bool rights_in_own_space(void);

#endif

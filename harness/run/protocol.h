/* SPDX-License-Identifier: GPL-2.0-only */
/* What an L1 host and its L0 agree on. */
#ifndef EXITMETER_PROTOCOL_H
#define EXITMETER_PROTOCOL_H

/* Bytes of a subject's name at most; the L1 host says it on its progress port. */
#define SUBJECTS_NAME_MAX 63

#endif

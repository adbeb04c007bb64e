/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Text from a stranger's machine, before it goes to a terminal or to another
 * program: what is not printable ASCII becomes a dot.
 */
#ifndef EXITMETER_PRINTABLE_H
#define EXITMETER_PRINTABLE_H

static inline char printable(char c)
{
	return c >= 0x20 && c < 0x7f ? c : '.';
}

#endif

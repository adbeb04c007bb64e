// SPDX-License-Identifier: GPL-2.0-only
/*
 * Parses what Debian's cpuid tool prints, in its raw format, for one leaf of one CPU:
 *
 *	CPU:
 *	   0x4fffffff 0x00: eax=0x00001234 ebx=0x00000000 ecx=0x00005678 edx=0x00000000
 *
 * The sub-leaf has two digits or more.  Any other text is refused.
 */
#include "probe.h"

#include <string.h>

static bool take(const char **at, const char *words)
{
	size_t len = strlen(words);

	if (strncmp(*at, words, len))
		return false;
	*at += len;
	return true;
}

static int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static bool take_hex(const char **at, unsigned int min_digits, uint32_t *ret)
{
	unsigned int digits = 0;

	if (!take(at, "0x"))
		return false;
	for (*ret = 0; digits < 8 && digit_of(**at) >= 0; digits++, (*at)++)
		*ret = *ret << 4 | (uint32_t)digit_of(**at);
	return digits >= min_digits;
}

static bool take_register(const char **at, const char *name, uint32_t *ret)
{
	return take(at, name) && take_hex(at, 8, ret);
}

bool tool_text_read(const char *said, const struct em_asking *asked, struct em_regs *ret)
{
	struct em_asking told;

	return take(&said, "CPU:\n   ") && take_hex(&said, 8, &told.fn) && take(&said, " ") &&
	       take_hex(&said, 2, &told.sub) && told.fn == asked->fn && told.sub == asked->sub &&
	       take_register(&said, ": eax=", &ret->eax) && take_register(&said, " ebx=", &ret->ebx) &&
	       take_register(&said, " ecx=", &ret->ecx) && take_register(&said, " edx=", &ret->edx) &&
	       !strcmp(said, "\n");
}

// SPDX-License-Identifier: GPL-2.0-only
#include "judge/reasons.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/memory.h"

#include "reasons.gen.h"

static const struct reason_name *find(enum em_vendor vendor, uint64_t number)
{
	const struct reason_name *table = vendor == EM_SVM ? svm_reasons : vmx_reasons;
	size_t count = vendor == EM_SVM ? ARRAY_SIZE(svm_reasons) : ARRAY_SIZE(vmx_reasons);

	for (size_t i = 0; i < count; i++)
		if (table[i].number == number)
			return &table[i];
	return NULL;
}

enum reason_standing reason_standing(enum em_vendor vendor, uint64_t number)
{
	return reason_standing_in(vendor, number, 0);
}

enum reason_standing reason_standing_in(enum em_vendor vendor, uint64_t number, unsigned int year)
{
	const struct reason_name *reason = find(vendor, number);

	if (!reason || (year && (int)year < reason->first))
		return REASON_UNDEFINED;
	if (year && (int)year <= reason->last)
		return REASON_DISPUTED;
	return reason->disputed ? REASON_DISPUTED : REASON_DEFINED;
}

const char *reason_name(enum em_vendor vendor, uint64_t number)
{
	const struct reason_name *reason = find(vendor, number);

	return reason ? reason->name : "?";
}

const char *reason_number(enum em_vendor vendor, uint64_t number, char buf[24])
{
	snprintf(buf, 24, vendor == EM_SVM ? "0x%" PRIx64 : "%" PRIu64, number);
	return buf;
}

// SPDX-License-Identifier: GPL-2.0-only
/* A user's program: it prints what looks like a record, executes 5000 CPUIDs, and ends with exit status 3. */
#include <cpuid.h>
#include <stdio.h>

int main(void)
{
	unsigned int a, b, c, d;

	puts("EM1 0 shutdown begin nonce=5eed");
	for (int i = 0; i < 5000; i++)
		__cpuid(0, a, b, c, d);
	return 3;
}

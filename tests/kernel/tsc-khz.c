// SPDX-License-Identifier: GPL-2.0-only
/*
 * Print how many thousand times a second this CPU's TSC ticks. QEMU's emulated CPUs hand it on to
 * their guests as it is, and a guest that has to find out for itself errs when the machine is busy:
 * its clock then runs several times too fast.
 */
#include <stdio.h>

#include "vm/tsc_rate.h"

int main(void)
{
	printf("%ld\n", tsc_rate_khz());
	return 0;
}

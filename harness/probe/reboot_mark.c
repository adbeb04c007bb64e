// SPDX-License-Identifier: GPL-2.0-only
/*
 * Tells a micro guest's second boot from its first.  The guest has no disk, and a reset
 * loads the same kernel, initramfs and command line again; the kernel of a cloud image
 * has neither /dev/port nor a driver for the CMOS memory.  But the real-time clock keeps
 * its time over a reset: if it is in the year 2050, this init has set it so.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CLOCK "/dev/rtc0"
#define MARK_YEAR (2050 - 1900)		/* a clock without a century counts up to 2069 */

/* As in linux/rtc.h, which a libc need not have. */
struct rtc_time {
	int sec, min, hour, mday, mon, year, wday, yday, isdst;
};

#define RTC_RD_TIME _IOR('p', 0x09, struct rtc_time)
#define RTC_SET_TIME _IOW('p', 0x0a, struct rtc_time)

static int read_mark(int fd)
{
	struct rtc_time now;

	if (ioctl(fd, RTC_RD_TIME, &now) < 0)
		return -1;
	return now.year == MARK_YEAR;
}

int probe_is_second_boot(void)
{
	int fd = open(CLOCK, O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -1;
	ret = read_mark(fd);
	close(fd);
	return ret;
}

int probe_mark_first_boot(void)
{
	const struct rtc_time mark = { .mday = 1, .year = MARK_YEAR };
	int fd = open(CLOCK, O_RDONLY | O_CLOEXEC), ret;

	if (fd < 0)
		return -1;
	ret = ioctl(fd, RTC_SET_TIME, &mark);
	if (ret == 0 && read_mark(fd) != 1) {
		errno = EIO;	/* the clock cannot be set */
		ret = -1;
	}
	close(fd);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-only
/*
 * What tells a micro guest that it has been here before.  It has no disk, and a
 * reset loads the same kernel, initramfs and command line again; a cloud image's
 * kernel has neither /dev/port nor the CMOS memory's driver.  But the real-time
 * clock goes on over a reset, and one that says 2050 was set so by this init.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CLOCK "/dev/rtc0"
#define MARK_YEAR (2050 - 1900)		/* a clock without a century ends in 2069 */

/* linux/rtc.h, which a libc need not bring. */
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
		errno = EIO;	/* a clock that cannot be set */
		ret = -1;
	}
	close(fd);
	return ret;
}

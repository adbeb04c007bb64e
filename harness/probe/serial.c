// SPDX-License-Identifier: GPL-2.0-only
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static int complain(const char *what, const char *device)
{
	fprintf(stderr, "probe: cannot %s %s: %s\n", what, device, strerror(errno));
	return -1;
}

/* In raw mode the line discipline neither adds a byte nor drops one. */
static int make_raw(int fd)
{
	struct termios tio;

	if (tcgetattr(fd, &tio) < 0)
		return -1;
	cfmakeraw(&tio);
	tio.c_cflag |= CLOCAL | CREAD;
	tio.c_cflag &= ~(tcflag_t)CRTSCTS;
	cfsetispeed(&tio, B115200);
	cfsetospeed(&tio, B115200);
	return tcsetattr(fd, TCSANOW, &tio);
}

/*
 * A device that is no terminal, such as a file or a pipe, is written as it is.  A file
 * that does not exist is not created: if /dev/ttyS1 were one, nobody would notice that
 * the records went there.
 */
int serial_open(const char *device)
{
	int fd = open(device, O_WRONLY | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	int flags;

	if (fd < 0)
		return complain("open", device);
	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) < 0 ||
	    (isatty(fd) && make_raw(fd) < 0)) {
		complain("set up", device);
		close(fd);
		return -1;
	}
	if (isatty(fd))
		(void)!write(fd, "\n", 1); /* what a firmware has left there is a line of its own */
	return fd;
}

int serial_finish(int fd, const char *device)
{
	int failed = isatty(fd) && tcdrain(fd) < 0;

	if (close(fd) < 0 || failed)
		return complain("finish writing to", device);
	return 0;
}

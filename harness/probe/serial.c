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

/* Raw: the line discipline must neither add a byte nor swallow one. */
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
 * A device that is no terminal (a file, a pipe) is written as it is; a path
 * that does not exist is never created, since a file named /dev/ttyS1 would
 * swallow the records unseen.
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
	return fd;
}

int serial_finish(int fd, const char *device)
{
	int failed = isatty(fd) && tcdrain(fd) < 0;

	if (close(fd) < 0 || failed)
		return complain("finish writing to", device);
	return 0;
}

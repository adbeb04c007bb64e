// SPDX-License-Identifier: GPL-2.0-only
#include "guest/shell.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"

#define LAST_MS 300		/* how long the last bytes may be on their way */

char *shell_socket(const struct scratch *s)
{
	/* A dry run has no such folder. */
	return xasprintf("%s/shell", s->libvirt_root ? s->libvirt_root : s->dir);
}

static void open_with(struct shell *s, int console)
{
	memset(s, 0, sizeof(*s));
	s->relay.in = STDIN_FILENO;
	s->relay.out = STDOUT_FILENO;
	s->relay.console = console;
	s->is_open = true;
}

int shell_connect(struct shell *s, const char *socket_path, struct error *err)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(socket_path) >= sizeof(to.sun_path))
		return error_set(err, STATUS_USAGE, "%s is too long for a socket: set TMPDIR to a shorter path", socket_path);
	strcpy(to.sun_path, socket_path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0 || connect(fd, (const struct sockaddr *)&to, sizeof(to)) < 0) {
		error_errno(err, STATUS_LOST, "cannot connect to the console at %s", socket_path);
		if (fd >= 0)
			close(fd);
		return -1;
	}
	open_with(s, fd);
	return 0;
}

/* We hold the emulator's end, too, so that it is raw before that comes. */
static int open_pair(int *ret_master, int *ret_slave)
{
	char name[64];
	struct termios t;

	*ret_slave = -1;
	*ret_master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (*ret_master < 0)
		return -1;
	if (grantpt(*ret_master) < 0 || unlockpt(*ret_master) < 0 || ptsname_r(*ret_master, name, sizeof(name)) != 0)
		return -1;
	*ret_slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*ret_slave < 0 || tcgetattr(*ret_slave, &t) < 0)
		return -1;
	cfmakeraw(&t);
	return tcsetattr(*ret_slave, TCSANOW, &t);
}

int shell_open_terminal(struct shell *s, const char *path, struct error *err)
{
	char name[64];
	int master, slave;

	unlink(path);
	if (open_pair(&master, &slave) == 0 && ttyname_r(slave, name, sizeof(name)) == 0 && symlink(name, path) == 0) {
		open_with(s, master);
		s->slave = slave;
		return 0;
	}
	error_errno(err, STATUS_USAGE, "cannot make a terminal for the console at %s", path);
	if (master >= 0)
		close(master);
	if (slave >= 0)
		close(slave);
	return -1;
}

int shell_begin(struct shell *s, const struct config *c, struct progress *p, struct error *err)
{
	if (s->is_begun)
		return 0;
	progress_end(p);
	printf("The guest's console: %s. Ask `cpuid -1 -l 0x4fffffff` or `exitmeter-probe`. "
		"Ctrl-] or the guest's poweroff ends it.\n",
		c->guest == GUEST_MICRO ? "you are root there" : "log in as root, without a password");
	fflush(stdout);
	if (terminal_make_raw(STDIN_FILENO, &s->terminal, err) < 0)
		return -1;
	s->is_begun = true;
	return 0;
}

int shell_carry(struct shell *s, int ms, struct error *err)
{
	switch (relay_run(&s->relay, ms)) {
	case RELAY_LEFT:
		s->is_left = true;
		return 0;
	case RELAY_HUNG_UP:
		return error_set(err, (enum exit_status)(128 + SIGHUP), "the terminal was closed");
	case RELAY_CLOSED:
		/* Whoever watches the machine finds out why. */
		usleep((useconds_t)ms * 1000);
		return 0;
	case RELAY_GOES_ON:
		break;
	}
	return 0;
}

/* The guest's last words may have come in the moment of its end. */
static void show_rest(struct shell *s)
{
	for (int64_t until = now_ms() + LAST_MS; now_ms() < until;)
		if (relay_run(&s->relay, 20) != RELAY_GOES_ON)
			break;
}

void shell_finish(struct shell *s)
{
	if (!s->is_begun)
		return;
	if (!s->is_left)
		show_rest(s);
	terminal_put_back(&s->terminal);
	s->is_begun = false;
	puts("");	/* the guest may have left the cursor anywhere */
	fflush(stdout);
}

void shell_close(struct shell *s)
{
	shell_finish(s);
	if (!s->is_open)
		return;
	close(s->relay.console);
	if (s->slave)
		close(s->slave);
	s->is_open = false;
}

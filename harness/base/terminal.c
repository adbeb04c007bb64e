// SPDX-License-Identifier: GPL-2.0-only
#include "base/terminal.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#define STTY "/bin/stty"
#define NAME_BYTES 128

char *terminal_settings(const struct termios *t)
{
	struct text text;
	FILE *out = text_open(&text);

	fprintf(out, "%x:%x:%x:%x", t->c_iflag, t->c_oflag, t->c_cflag, t->c_lflag);
	for (size_t i = 0; i < ARRAY_SIZE(t->c_cc); i++)
		fprintf(out, ":%x", t->c_cc[i]);
	return text_close(&text);
}

/* What a SIGKILL leaves raw shows nothing of what its user types. */
static int start_guardian(struct terminal *t, struct error *err)
{
	_cleanup_free_ char *settings = terminal_settings(&t->before);
	char name[NAME_BYTES];
	const char *argv[] = { STTY, "-F", name, settings, NULL };

	if (ttyname_r(t->fd, name, sizeof(name)) != 0)
		return error_set(err, STATUS_USAGE, "the terminal has no name in /dev, by which its settings could be put back");
	return guardian_start(argv, &t->guardian, err);
}

int terminal_make_raw(int fd, struct terminal *ret, struct error *err)
{
	struct termios raw;

	memset(ret, 0, sizeof(*ret));
	ret->fd = fd;
	if (tcgetattr(fd, &ret->before) < 0)
		return error_errno(err, STATUS_USAGE, "no terminal");
	if (start_guardian(ret, err) < 0)
		return -1;
	raw = ret->before;
	cfmakeraw(&raw);
	if (tcsetattr(fd, TCSADRAIN, &raw) < 0) {
		error_errno(err, STATUS_USAGE, "cannot set the terminal");
		guardian_dismiss(&ret->guardian);
		return -1;
	}
	ret->is_raw = true;
	return 0;
}

/* Output that the terminal has not taken yet is still that of the console. */
void terminal_put_back(struct terminal *t)
{
	if (!t->is_raw)
		return;
	tcsetattr(t->fd, TCSADRAIN, &t->before);
	guardian_dismiss(&t->guardian);
	t->is_raw = false;
}

/* SPDX-License-Identifier: GPL-2.0-only */
/* One file a command, cmd_NAME.c; each returns the program's exit status. */
#ifndef EXITMETER_COMMANDS_H
#define EXITMETER_COMMANDS_H

struct config;

/*
 * For commands that take no more than options of `run`: parses them, prints
 * help if asked to, or calls run with what they amount to.
 */
int command_with_config(int argc, char **argv, const char *help,
			int (*run)(const struct config *c));

int cmd_run(int argc, char **argv);
int cmd_grade(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_image(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_clean(int argc, char **argv);
int cmd_reload(int argc, char **argv);
int cmd_restore(int argc, char **argv);
int cmd_status(int argc, char **argv);
int cmd_pack(int argc, char **argv);
int cmd_poweroff(int argc, char **argv);

#endif

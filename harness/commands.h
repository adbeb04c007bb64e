/* SPDX-License-Identifier: GPL-2.0-only */
/* One file a command, cmd_NAME.c; each returns the program's exit status. */
#ifndef EXITMETER_COMMANDS_H
#define EXITMETER_COMMANDS_H

int cmd_run(int argc, char **argv);
int cmd_replay(int argc, char **argv);
int cmd_check(int argc, char **argv);
int cmd_clean(int argc, char **argv);
int cmd_pack(int argc, char **argv);
int cmd_poweroff(int argc, char **argv);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef EXITMETER_CMD_REPLAY_H
#define EXITMETER_CMD_REPLAY_H

/* `exitmeter replay RUNDIR`; argv[0] is the command's name. */
int cmd_replay(int argc, char **argv);

#endif

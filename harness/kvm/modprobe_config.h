/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What modprobe.d and the kernel's command line say of a module.  It is libkmod that reads them, as modprobe(8)
 * would.
 */
#ifndef EXITMETER_MODPROBE_CONFIG_H
#define EXITMETER_MODPROBE_CONFIG_H

#include <stdbool.h>

#include "base/error.h"

/* Texts are owned; NULL where there is none. */
struct modprobe_config {
	char *install, *remove;	/* commands that modprobe would run in place of its own work */
	char *options;		/* "a=1 b=2" */
	bool is_blacklisted;	/* not loaded for a device's sake; by name it is */
};

/* root: "" for this machine; for tests, the folder that has etc/modprobe.d.  name: as in /sys/module. */
int modprobe_config_read(const char *root, const char *name, struct modprobe_config *ret, struct error *err);
void modprobe_config_deinit(struct modprobe_config *c);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * One kernel module at a time, through libkmod: whether it is loaded, what its file says, how it is
 * loaded and unloaded.  A module's name is the one in /sys/module: "kvm_amd".
 */
#ifndef EXITMETER_KMODULE_H
#define EXITMETER_KMODULE_H

#include <stdbool.h>

#include "base/error.h"

bool kmodule_is_loaded(const char *name);
/* Whether it is a part of the kernel itself, which cannot be unloaded. */
bool kmodule_is_built_in(const char *name);

/* Returns the file that modprobe would load, which the caller frees; NULL where there is none. */
char *kmodule_stock_file(const char *name);
/*
 * Returns the value that a module's file has for a key of modinfo(8); NULL where it has none.  The
 * caller frees it.
 */
char *kmodule_info(const char *file, const char *key);

/*
 * Checks that the module in a file has each parameter of "a=1 b=2" (NULL: none).  The kernel would load it
 * all the same, and say so in its log only.  STATUS_USAGE: one is unknown.
 */
int kmodule_check_params(const char *file, const char *params, struct error *err);

/*
 * Loads a module as modprobe does, with its dependencies and with the options of modprobe.d.
 * params: more options, as in "a=1 b=2"; NULL for none.
 */
int kmodule_load(const char *name, const char *params, struct error *err);
/*
 * Loads a module from this very file, with the options that modprobe.d has for the stock one, and then with params,
 * which win.  Its dependencies are loaded by name before it, all but `except`: that one comes from the same folder, and
 * the caller has loaded it.
 */
int kmodule_insert(const char *file, const char *except, const char *params, struct error *err);
/* Unloads a module.  It is no error if it is not loaded; STATUS_USAGE if it is in use. */
int kmodule_unload(const char *name, struct error *err);

#endif

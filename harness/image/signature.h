/* SPDX-License-Identifier: GPL-2.0-only */
/* Detached OpenPGP signatures, judged by gpgv. */
#ifndef EXITMETER_SIGNATURE_H
#define EXITMETER_SIGNATURE_H

#include <time.h>

#include "base/error.h"

/*
 * 0: the one key, by its fingerprint, made the signature, and neither is expired
 * or revoked; ret_made is when.  STATUS_USAGE: it did not, and the message says
 * why.  STATUS_SKIP: gpgv or the keyring is missing.
 */
int signature_verify(const char *keyring, const char *key, const char *signature,
		     const char *file, time_t *ret_made, struct error *err);
/* The part that reads what gpgv says on --status-fd. */
int signature_judge(const char *status, const char *key, time_t *ret_made, struct error *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-only */
/* Detached OpenPGP signatures, judged by gpgv. */
#ifndef EXITMETER_SIGNATURE_H
#define EXITMETER_SIGNATURE_H

#include <time.h>

#include "base/error.h"

/*
 * Returns 0 where the key with this fingerprint made the signature, and neither the key nor the
 * signature has expired or was revoked.  ret_made: when it was made.  STATUS_USAGE: the signature is
 * no good, and the message says why.  STATUS_SKIP: gpgv or the keyring is missing.
 */
int signature_verify(const char *keyring, const char *key, const char *signature,
		     const char *file, time_t *ret_made, struct error *err);
/* The part of it that reads what gpgv writes to --status-fd. */
int signature_judge(const char *status, const char *key, time_t *ret_made, struct error *err);

#endif

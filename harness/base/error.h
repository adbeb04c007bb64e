/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Errors are values.  They are made where they happen, wrapped on the way up, and printed once, by the
 * command.  No other code logs or exits.
 *
 * A function that can fail returns 0 or -1 (or NULL) and takes a struct error as its last parameter.
 * The caller owns the struct, on its stack and zeroed, and calls error_clear() when done with it.
 */
#ifndef EXITMETER_ERROR_H
#define EXITMETER_ERROR_H

/* Exit codes of the program; README.md documents them. */
enum exit_status {
	STATUS_PASS = 0,	/* every clause passed */
	STATUS_FAIL = 1,	/* a clause failed */
	STATUS_USAGE = 2,	/* usage, configuration, or this machine's state */
	STATUS_LOST = 3,	/* guest or host lost: panic, hang, silence, torn records */
	STATUS_SKIP = 77,	/* a requirement is missing */
	STATUS_TIMEOUT = 124,	/* a phase took longer than its time limit */
};

struct error {
	enum exit_status status;	/* what the program will exit with */
	char *message;			/* owned; NULL when there is no error */
};

/* Sets the error, and returns -1, so that `return error_set(...)` reads well; so do the next two. */
int error_set(struct error *err, enum exit_status status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Appends ": strerror(errno)" to the message. */
int error_errno(struct error *err, enum exit_status status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
/* Puts the formatted text and ": " before the message that is there. */
int error_wrap(struct error *err, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
/* Prints "exitmeter: MESSAGE" to stderr, masked (printable.h), and returns the status as the program's exit code. */
int error_print(const struct error *err);
/* Frees the message; there is no error any more. */
void error_clear(struct error *err);

#define _cleanup_error_ __attribute__((cleanup(error_clear)))

#endif

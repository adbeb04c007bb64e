// SPDX-License-Identifier: GPL-2.0-only
#include "run/beat.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>

#include "run/protocol.h"

#define BEAT_S 2

static pthread_t thread;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t over = PTHREAD_COND_INITIALIZER;
static FILE *port;		/* NULL: there is no beat */

static void *beat(void *unused)
{
	struct timespec next;

	(void)unused;
	pthread_mutex_lock(&lock);
	clock_gettime(CLOCK_REALTIME, &next);
	while (port) {
		next.tv_sec += BEAT_S;
		while (port && pthread_cond_timedwait(&over, &lock, &next) == 0)
			;
		if (!port)
			break;
		fputs(PROTOCOL_BEAT "\n", port);
		fflush(port);
	}
	pthread_mutex_unlock(&lock);
	return NULL;
}

/* A signal is for the main thread, whose waits it shall end. */
void beat_start(FILE *out)
{
	sigset_t all, before;

	port = out;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	if (pthread_create(&thread, NULL, beat, NULL))
		port = NULL;	/* L0 still hears of each phase */
	pthread_sigmask(SIG_SETMASK, &before, NULL);
}

void beat_stop(void)
{
	if (!port)
		return;
	pthread_mutex_lock(&lock);
	port = NULL;
	pthread_cond_signal(&over);
	pthread_mutex_unlock(&lock);
	pthread_join(thread, NULL);
}

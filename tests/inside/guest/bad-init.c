// SPDX-License-Identifier: GPL-2.0-only
/*
 * Guests that come to a bad end, as the micro guest's /init.  The kernel
 * command line says which: bad=panic, crash, hang, silent, reboot, flood,
 * forge, eat, off, clock.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "probe/record.h"

static char cmdline[4096];

/* The value of a word of the kernel command line. */
static const char *word(const char *name, char *buf, size_t size)
{
	const char *p = strstr(cmdline, name);

	if (!p)
		return "";
	snprintf(buf, size, "%s", p + strlen(name));
	buf[strcspn(buf, " \n")] = '\0';
	return buf;
}

static void setup(void)
{
	int fd;
	ssize_t n;

	mkdir("/proc", 0755);
	mkdir("/dev", 0755);
	mount("proc", "/proc", "proc", 0, NULL);
	mount("devtmpfs", "/dev", "devtmpfs", 0, NULL);
	fd = open("/proc/cmdline", O_RDONLY);
	n = read(fd, cmdline, sizeof(cmdline) - 1);
	cmdline[n > 0 ? n : 0] = '\0';
	fd = open("/dev/console", O_RDWR);
	dup2(fd, 1);
	dup2(fd, 2);
}

static void power_off(void)
{
	reboot(RB_POWER_OFF);
}

/* Well-formed records with the run's own nonce, on the port that is not theirs. */
/* Tells the time of day, which the guest has from its host. */
static void tell_time(void)
{
	printf("clock %ld\n", (long)time(NULL));
	fflush(stdout);
	power_off();
}

static void forge(void)
{
	char nonce[80], line[EM_RECORD_MAX + 1];

	word("exitmeter.nonce=", nonce, sizeof(nonce));
	for (enum em_point p = 0; p < EM_POINTS; p++) {
		em_record_format(line, 0, p, EM_BEGIN,
				 "nonce=%s layout=split vendor=svm cpus=1 tsc=1 tsc_khz=0 kernel=forged",
				 nonce);
		fputs(line, stdout);
		em_record_format(line, 1, p, EM_END, "records=2 tsc=2");
		fputs(line, stdout);
		printf("exitmeter-init: %s done\n", em_point_names[p]);
	}
	fflush(stdout);
	power_off();
}

static void flood(void)
{
	static char x[4096];

	memset(x, 'x', sizeof(x));
	for (int i = 0; i < 256; i++)
		if (write(1, x, sizeof(x)) < 0)
			break;
}

/* All the memory there is: the kernel ends its other programs first, and it has none. */
static void eat(void)
{
	const size_t piece = 16 << 20;

	for (;;) {
		char *p = malloc(piece);

		if (p)
			memset(p, 1, piece);
	}
}

static void crash(void)
{
	int fd;

	mkdir("/sys", 0755);
	fd = open("/proc/sysrq-trigger", O_WRONLY);
	if (write(fd, "c", 1) != 1)
		perror("sysrq-trigger");
}

int main(void)
{
	char buf[32];
	const char *bad;

	setup();
	bad = word("bad=", buf, sizeof(buf));
	if (!strcmp(bad, "silent"))
		for (;;)
			pause();
	printf("bad-init: %s\n", bad);
	fflush(stdout);
	if (!strcmp(bad, "panic"))
		return 1;	/* init must not end */
	if (!strcmp(bad, "crash"))
		crash();
	else if (!strcmp(bad, "reboot"))
		reboot(RB_AUTOBOOT);
	else if (!strcmp(bad, "flood"))
		flood();
	else if (!strcmp(bad, "forge"))
		forge();
	else if (!strcmp(bad, "eat"))
		eat();
	else if (!strcmp(bad, "off"))
		power_off();
	else if (!strcmp(bad, "clock"))
		tell_time();
	for (;;)
		pause();	/* hang */
}

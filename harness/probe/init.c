// SPDX-License-Identifier: GPL-2.0-only
/*
 * The probe as /init of a micro guest.  It mounts what it needs, takes the points with
 * some work in between, and powers off.  If a reboot is measured, it runs once before
 * the reboot and once after it.  A failure is printed on the console and powers the
 * guest off too, without the points that are then missing.
 */
#include "probe.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <unistd.h>

#include "work.h"

#define RECORDS_DEVICE "/dev/ttyS1"
#define WORKLOAD "/workload"

static void leave(int how) __attribute__((noreturn));

static void leave(int how)
{
	fflush(NULL);
	sync();
	reboot(how);
	/* Without ACPI the kernel halts, and this process must not end, as it is init. */
	for (;;)
		pause();
}

static void die(const char *what) __attribute__((noreturn));

static void die(const char *what)
{
	printf("exitmeter-init: %s: %s\n", what, strerror(errno));
	leave(RB_POWER_OFF);
}

static void mount_one(const char *type, const char *dir)
{
	mkdir(dir, 0755);
	/* EBUSY means that the kernel has mounted devtmpfs already. */
	if (mount(type, dir, type, 0, NULL) < 0 && errno != EBUSY)
		die(dir);
}

/* An initramfs need not have /dev/console, so it is opened when /dev is mounted. */
static void take_console(void)
{
	int fd = open("/dev/console", O_RDWR | O_NOCTTY);

	if (fd < 0)
		return;
	for (int std = 0; std < 3; std++)
		dup2(fd, std);
	if (fd > 2)
		close(fd);
	setvbuf(stdout, NULL, _IOLBF, 0);
}

static void read_cmdline(char *buf, size_t size)
{
	int fd = open("/proc/cmdline", O_RDONLY | O_CLOEXEC);
	ssize_t n = fd < 0 ? -1 : read(fd, buf, size - 1);

	if (n < 0)
		die("cannot read /proc/cmdline");
	buf[n] = '\0';
	close(fd);
}

/* What is to be measured besides a boot and a shutdown. */
struct life {
	bool reboots, operates;
	bool is_shell;			/* a user types at the console, and nothing is measured */
	unsigned int work_seconds;	/* 0: there is no workload */
};

/* Splits the command line into words; config then points into it. */
static void parse_cmdline(char *cmdline, struct probe_config *config, struct life *life)
{
	char *save = NULL;

	for (char *word = strtok_r(cmdline, " \n", &save); word; word = strtok_r(NULL, " \n", &save)) {
		if (!strncmp(word, "exitmeter.nonce=", 16)) {
			config->nonce = word + 16;
		} else if (!strncmp(word, "exitmeter.layout=", 17)) {
			int layout = layout_by_name(word + 17);

			if (layout < 0) {
				errno = EINVAL;
				die(word);
			}
			config->layout = (enum em_layout)layout;
		} else if (!strcmp(word, "exitmeter.scenario=reboot")) {
			life->reboots = true;
		} else if (!strcmp(word, "exitmeter.scenario=operations")) {
			life->operates = true;
		} else if (!strcmp(word, "exitmeter.scenario=shell")) {
			life->is_shell = true;
		} else if (!strncmp(word, "exitmeter.workload=", 19)) {
			life->work_seconds = (unsigned int)strtoul(word + 19, NULL, 10);
		} else if (!strcmp(word, "exitmeter.carry")) {
			config->carry = true;
		}
	}
	if (!config->nonce || !nonce_is_valid(config->nonce)) {
		errno = EINVAL;
		die("exitmeter.nonce= is missing from the kernel command line or is not hexadecimal");
	}
}

static void take_point(enum em_point point, const struct probe_config *config)
{
	int ret = probe_point(RECORDS_DEVICE, point, config);

	printf("exitmeter-init: %s %s\n", em_point_names[point], ret ? "FAILED" : "done");
	if (ret)
		leave(RB_POWER_OFF);
}

static void work(unsigned int seconds, const struct probe_config *config)
{
	int ret = probe_workload(RECORDS_DEVICE, WORKLOAD, seconds, config);

	printf("exitmeter-init: workload %s\n", ret ? "FAILED" : "done");
	if (ret)
		leave(RB_POWER_OFF);
}

/* Runs the first boot, until the guest itself orders the reboot. */
static void live_to_reboot(const struct probe_config *config) __attribute__((noreturn));

static void live_to_reboot(const struct probe_config *config)
{
	take_point(EM_EARLY, config);
	work_on_every_cpu();
	take_point(EM_BOOT, config);
	if (probe_mark_first_boot() < 0)
		die("cannot leave a mark for the second boot");
	take_point(EM_REBOOT, config);
	leave(RB_AUTOBOOT);
}

static bool is_second_boot(void)
{
	int ret = probe_is_second_boot();

	if (ret < 0)
		die("cannot tell the first boot from the second");
	return ret;
}

void probe_init(void)
{
	static char cmdline[4096];
	struct probe_config config = { .layout = EM_SPLIT };
	struct life life = { 0 };
	bool is_second;

	mount_one("devtmpfs", "/dev");
	take_console();
	mount_one("proc", "/proc");
	mount_one("sysfs", "/sys");
	read_cmdline(cmdline, sizeof(cmdline));
	parse_cmdline(cmdline, &config, &life);

	if (life.is_shell) {
		if (probe_shell(config.layout) < 0)
			die("cannot start the shell");
		leave(RB_POWER_OFF);
	}
	is_second = life.reboots && is_second_boot();
	if (life.reboots && !is_second)
		live_to_reboot(&config);
	take_point(is_second ? EM_EARLY2 : EM_EARLY, &config);
	work_on_every_cpu();
	take_point(is_second ? EM_BOOT2 : EM_BOOT, &config);
	if (life.operates)
		take_point(EM_OPERATIONS, &config);
	if (life.work_seconds)
		work(life.work_seconds, &config);
	work_on_every_cpu();
	sync();
	take_point(EM_SHUTDOWN, &config);
	/* For a reader of the console: the totals as one line. */
	probe_show_classic(config.layout);
	leave(RB_POWER_OFF);
}

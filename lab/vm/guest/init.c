/*
 * The first process of a churnlab machine: loads the modules that the root file system needs, lays a memory layer over
 * the host's root (9p, read-only), mounts what /config says, and runs one program there. When that ends, the machine
 * is switched off. Prints what fails on the console and goes on where it can: the host reads the console when no answer
 * comes.
 *
 * /config, one line each:  module FILE | share TAG PATH ro|rw | load MODULE | exec WORD... (last)
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_WORDS 16
#define P9 "trans=virtio,version=9p2000.L,msize=512000"

static void complain(const char *what, const char *object)
{
	printf("churnlab-init: %s %s: %s\n", what, object, strerror(errno));
}

static void mount_at(const char *source, const char *target, const char *type, unsigned long flags, const char *data)
{
	if (mount(source, target, type, flags, data) < 0)
		complain("mount", target);
}

/* Makes a folder and those above it. */
static void make_path(const char *path)
{
	char part[512];

	for (size_t i = 1; path[i - 1] && i < sizeof(part); i++) {
		if (path[i] != '/' && path[i] != '\0')
			continue;
		memcpy(part, path, i);
		part[i] = '\0';
		mkdir(part, 0755);
	}
}

static void load_file(const char *file)
{
	int fd = open(file, O_RDONLY | O_CLOEXEC);

	if (fd < 0 || (syscall(SYS_finit_module, fd, "", 0) < 0 && errno != EEXIST))
		complain("load", file);
	if (fd >= 0)
		close(fd);
}

/* Runs a program to its end and collects whatever else has ended meanwhile. */
static void run(char *const words[], char *const environment[])
{
	pid_t child = fork();

	if (child == 0) {
		setsid();
		execve(words[0], words, environment);
		complain("run", words[0]);
		_exit(127);
	}
	for (int status; child > 0;) {
		pid_t gone = wait(&status);

		if (gone == child || (gone < 0 && errno == ECHILD))
			return;
	}
}

static void share(const char *tag, const char *path, const char *mode)
{
	int readonly = strcmp(mode, "rw") != 0;

	make_path(path);
	mount_at(tag, path, "9p", readonly ? MS_RDONLY : 0, readonly ? P9 ",cache=loose" : P9);
}

static void enter_root(void)
{
	mkdir("/lower", 0755);
	mkdir("/rw", 0755);
	mkdir("/new", 0755);
	mount_at("host", "/lower", "9p", MS_RDONLY, P9 ",cache=loose");
	mount_at("rw", "/rw", "tmpfs", 0, "mode=0755");
	mkdir("/rw/upper", 0755);
	mkdir("/rw/work", 0755);
	mount_at("root", "/new", "overlay", 0, "lowerdir=/lower,upperdir=/rw/upper,workdir=/rw/work");
	mount_at("/proc", "/new/proc", NULL, MS_MOVE, NULL);
	mount_at("/sys", "/new/sys", NULL, MS_MOVE, NULL);
	mount_at("/dev", "/new/dev", NULL, MS_MOVE, NULL);
	if (chdir("/new") < 0 || mount(".", "/", NULL, MS_MOVE, NULL) < 0 || chroot(".") < 0 || chdir("/") < 0)
		complain("enter", "/new");
	mount_at("run", "/run", "tmpfs", 0, "mode=0755");
	mkdir("/dev/pts", 0755);
	mkdir("/dev/shm", 0755);
	mount_at("pts", "/dev/pts", "devpts", 0, NULL);
	mount_at("shm", "/dev/shm", "tmpfs", 0, "mode=1777");
	mount_at("cgroup", "/sys/fs/cgroup", "cgroup2", 0, NULL);
	mount_at("bpf", "/sys/fs/bpf", "bpf", 0, "mode=0700");
	mount_at("debug", "/sys/kernel/debug", "debugfs", 0, NULL);
}

static int split(char *line, char *words[])
{
	int count = 0;

	for (char *word = strtok(line, " \n"); word && count < MAX_WORDS - 1; word = strtok(NULL, " \n"))
		words[count++] = word;
	words[count] = NULL;
	return count;
}

int main(void)
{
	char *environment[] = { "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME=/root", NULL };
	char line[4096];
	int entered = 0;

	mkdir("/proc", 0755);
	mkdir("/sys", 0755);
	mkdir("/dev", 0755);
	mount_at("proc", "/proc", "proc", 0, NULL);
	mount_at("sys", "/sys", "sysfs", 0, NULL);
	mount_at("dev", "/dev", "devtmpfs", 0, NULL);
	FILE *config = fopen("/config", "re");
	while (config && fgets(line, sizeof(line), config)) {
		char *words[MAX_WORDS];
		int count = split(line, words);

		if (count == 2 && !strcmp(words[0], "module")) {
			load_file(words[1]);
			continue;
		}
		if (!entered++)
			enter_root();
		if (count == 4 && !strcmp(words[0], "share"))
			share(words[1], words[2], words[3]);
		else if (count == 2 && !strcmp(words[0], "load"))
			run((char *[]){ "/sbin/modprobe", "-q", words[1], NULL }, environment);
		else if (count >= 2 && !strcmp(words[0], "exec"))
			run(words + 1, environment);
	}
	sync();
	reboot(RB_POWER_OFF);
	return 0;
}

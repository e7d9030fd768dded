/*
 * Deletions on disk, for an agent that is not there. The format is described in ../server/del-queue.ts, which
 * reads it: one file per attachment, named `<container ID>,<interface>`, that holds the request as it would have
 * gone over the socket. `.lock` is for flock(2) among writers, `.new` becomes an entry by rename.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include "queue.h"
#include "text.h"

#define QUEUE_ENTRIES 1000
#define QUEUE_ENTRY_BYTES (64 * 1024)
#define QUEUE_LOCK_MS 10000
#define QUEUE_RETRY_MS 2

bool queue_name(const char *id, const char *ifname, char name[QUEUE_NAME_BYTES]) {
	static const char first[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
	static const char others[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	bool id_fits = *id && strchr(first, *id) && id[strspn(id, others)] == 0;
	bool ifname_fits = *ifname && strlen(ifname) <= 15 && !strpbrk(ifname, "/: \t\n\v\f\r");
	if (!id_fits || !ifname_fits || strlen(id) + 1 + strlen(ifname) >= QUEUE_NAME_BYTES) return false;
	strcpy(name, join(id, ",", ifname, ""));
	return true;
}

/* Opens the queue's folder, making what is missing of its path, and locks it. Returns -1 with errno set. */
static int open_locked(const char *dir, int *lock) {
	char path[1024];
	if (strlen(dir) >= sizeof path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(path, dir);
	for (char *slash = path + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
		*slash = 0;
		mkdir(path, 0755);
	}
	mkdir(path, 0700);
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) return -1;
	*lock = openat(fd, ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	for (uint64_t until = now_ms() + QUEUE_LOCK_MS; *lock >= 0; sleep_ms(QUEUE_RETRY_MS)) {
		if (flock(*lock, LOCK_EX | LOCK_NB) == 0) return fd;
		if (errno != EWOULDBLOCK || now_ms() >= until) break;
	}
	return -1;
}

/* Writes the entry, with the lock held. */
static const char *write_entry(int dir, const char *name, const char *bytes, size_t length) {
	unsigned entries = 0;
	if (faccessat(dir, name, F_OK, 0) != 0) {
		DIR *list = fdopendir(openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
		if (!list) return reason(errno);
		for (struct dirent *entry; (entry = readdir(list));) entries += entry->d_name[0] != '.';
		closedir(list);
		if (entries >= QUEUE_ENTRIES) return "1000 deletions are queued already";
	}
	int fd = openat(dir, ".new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) return reason(errno);
	bool written = write_all(fd, bytes, length) && fsync(fd) == 0;
	int error = errno;
	close(fd);
	if (!written) return reason(error);
	if (renameat(dir, ".new", dir, name) != 0 || fsync(dir) != 0) return reason(errno);
	return NULL;
}

const char *queue_add(const char *dir, const char *name, const char *bytes, size_t length) {
	int lock = -1;
	if (length > QUEUE_ENTRY_BYTES) return "it is larger than 65536 bytes";
	int fd = open_locked(dir, &lock);
	if (fd < 0) return reason(errno);
	const char *problem = write_entry(fd, name, bytes, length);
	close(lock); /* unlocks */
	close(fd);
	return problem;
}

void queue_remove(const char *dir, const char *name) {
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) return;
	unlinkat(fd, name, 0);
	close(fd);
}

/* The namespaces that the daemon holds, and the pod namespaces made inside them. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "nsd.h"

static int own_net = -1; /* where the daemon belongs */

static void must(int result, const char *what) {
  if (result < 0) die(what);
}

static int loopback_up(void) {
  int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  struct ifreq request = {.ifr_flags = IFF_UP};
  strcpy(request.ifr_name, "lo");
  int result = ioctl(fd, SIOCSIFFLAGS, &request);
  close(fd);
  return result;
}

static void overlay(const char *target, const char *name) {
  char upper[128], work[128], data[512];
  snprintf(upper, sizeof upper, "/run/.layers/%s", name);
  must(mkdir(upper, 0755), upper);
  snprintf(upper, sizeof upper, "/run/.layers/%s/upper", name);
  snprintf(work, sizeof work, "/run/.layers/%s/work", name);
  must(mkdir(upper, 0755), upper);
  must(mkdir(work, 0755), work);
  snprintf(data, sizeof data, "lowerdir=%s,upperdir=%s,workdir=%s", target, upper, work);
  must(mount("overlay", target, "overlay", 0, data), target);
}

/*
 * What a node has of its own: /run, /sys, and /etc and /var/lib as layers over the machine's, so that what a plugin
 * writes to /etc/cni, /var/lib/cni or /run is seen by this node only and is gone with it.
 */
static void node_mounts(void) {
  must(mount("tmpfs", "/run", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755"), "mount /run");
  must(mkdir("/run/netns", 0755), "/run/netns");
  must(mkdir("/run/churnlab", 0700), "/run/churnlab");
  must(mkdir("/run/.layers", 0700), "/run/.layers");
  overlay("/etc", "etc");
  overlay("/var/lib", "var-lib");
  must(mount("sysfs", "/sys", "sysfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL), "mount /sys");
  must(mount("bpf", "/sys/fs/bpf", "bpf", MS_NOSUID | MS_NODEV | MS_NOEXEC, "mode=0700"), "mount /sys/fs/bpf");
  must(mount("cgroup2", "/sys/fs/cgroup", "cgroup2", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL), "mount /sys/fs/cgroup");
}

static void join_cgroup(const char *directory) {
  char path[4096];
  snprintf(path, sizeof path, "%s/cgroup.procs", directory);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 || write(fd, "0", 1) != 1) die(path);
  close(fd);
}

void enter_namespaces(const struct options *o) {
  if (o->cgroup) join_cgroup(o->cgroup);
  if (o->new_net) {
    must(unshare(CLONE_NEWNET), "make a network namespace");
    must(loopback_up(), "bring lo up");
  }
  if (o->node_mounts) {
    /* The cgroup namespace comes after joining: the node's own cgroup is the root that it sees. */
    must(unshare(CLONE_NEWNS | CLONE_NEWCGROUP), "make a mount namespace");
    must(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL), "make mounts private");
    node_mounts();
  }
  own_net = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  must(own_net, "open the network namespace");
}

/* Writes the path of a pod namespace; refuses what is not a plain name. */
static int path_of(char *path, size_t room, const char *name) {
  if (!*name || strchr(name, '/') || name[0] == '.' || strlen(name) > 200) {
    errno = EINVAL;
    return -1;
  }
  snprintf(path, room, "/run/netns/%s", name);
  return 0;
}

int netns_add(const char *name, uint64_t *inode) {
  char path[256];
  struct stat status;
  if (path_of(path, sizeof path, name) < 0) return -1;
  int file = open(path, O_RDONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0444);
  if (file < 0) return -1;
  close(file);
  int error = 0;
  if (unshare(CLONE_NEWNET) < 0) {
    error = errno;
  } else {
    if (loopback_up() < 0 || mount("/proc/thread-self/ns/net", path, NULL, MS_BIND, NULL) < 0) error = errno;
    if (setns(own_net, CLONE_NEWNET) < 0) die("return to the node's network namespace");
  }
  if (!error && stat(path, &status) < 0) error = errno;
  if (error) {
    umount2(path, MNT_DETACH);
    unlink(path);
    errno = error;
    return -1;
  }
  *inode = status.st_ino;
  return 0;
}

int netns_del(const char *name) {
  char path[256];
  if (path_of(path, sizeof path, name) < 0) return -1;
  if (umount2(path, MNT_DETACH) < 0 && errno != EINVAL) return -1; /* EINVAL: not mounted */
  return unlink(path);
}

/* Opens the namespace that a program is to run in; "" is the daemon's own, given as -1. */
int netns_open(const char *name) {
  char path[256];
  if (!*name) return -1;
  if (path_of(path, sizeof path, name) < 0) return -2;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  return fd < 0 ? -2 : fd;
}

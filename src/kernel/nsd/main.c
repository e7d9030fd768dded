/* The loop: epoll over the listening socket, the clients, SIGCHLD and what the worker has done. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "nsd.h"

#define MAX_CLIENTS 64
#define MAX_FRAME (4u << 20)
#define END_PATIENCE_MS 3000

static struct client clients[MAX_CLIENTS];
static uint32_t next_serial = 1;
static int poller, listener, ending;
static uint64_t end_by;
static const char *self = "churnlab-nsd";

void die(const char *what) {
  fprintf(stderr, "%s: %s: %s\n", self, what, strerror(errno));
  exit(1);
}

uint64_t monotonic_ns(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (uint64_t)now.tv_sec * 1000000000ull + (uint64_t)now.tv_nsec;
}

int slot_of(const struct client *c) { return (int)(c - clients); }

struct client *client_by(int slot, uint32_t serial) {
  if (slot < 0 || clients[slot].fd < 0 || clients[slot].serial != serial) return NULL;
  return &clients[slot];
}

static void drop(struct client *c) {
  close(c->fd);
  c->fd = -1;
  free(c->in.data);
  free(c->out.data);
  c->in = c->out = (struct frame){0};
}

static void flush(struct client *c) {
  while (c->out.length) {
    ssize_t sent = send(c->fd, c->out.data, c->out.length, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0 && errno == EAGAIN) break;
    if (sent < 0) {
      drop(c);
      return;
    }
    memmove(c->out.data, c->out.data + sent, c->out.length - (size_t)sent);
    c->out.length -= (size_t)sent;
  }
  struct epoll_event event = {.events = EPOLLIN | (c->out.length ? EPOLLOUT : 0u), .data.u32 = (uint32_t)slot_of(c)};
  epoll_ctl(poller, EPOLL_CTL_MOD, c->fd, &event);
}

static void answer(struct client *c, uint32_t id, uint8_t kind, const void *fields, size_t length) {
  put_u32(&c->out, (uint32_t)(5 + length));
  put_u32(&c->out, id);
  put_bytes(&c->out, &kind, 1);
  if (length) put_bytes(&c->out, fields, length);
  flush(c);
}

void reply_ok(struct client *c, uint32_t id, const struct frame *fields) {
  answer(c, id, REPLY_OK, fields ? fields->data : NULL, fields ? fields->length : 0);
}

void reply_error(struct client *c, uint32_t id, int error, const char *what) {
  struct frame f = {0};
  put_u32(&f, (uint32_t)error);
  put_text(&f, what);
  answer(c, id, REPLY_ERROR, f.data, f.length);
  free(f.data);
}

static void handle(struct client *c, const uint8_t *data, size_t length) {
  struct reader r = {data, data + length, 0};
  uint32_t id = take_u32(&r);
  uint8_t operation = take_u8(&r);
  switch (operation) {
    case OP_NETNS_ADD:
    case OP_NETNS_DEL: submit(c, id, operation, take_text(&r)); break;
    case OP_RUN: run(c, id, &r); break;
    case OP_START: start(c, id, &r); break;
    case OP_STOP: stop(c, id, &r); break;
    case OP_SIGNAL: signal_process(c, id, &r); break;
    case OP_KILL: kill_and_hold(c, id, &r); break;
    case OP_LIST: list_processes(c, id); break;
    case OP_SHUTDOWN:
      reply_ok(c, id, NULL);
      ending = 1;
      break;
    default: reply_error(c, id, ENOSYS, "unknown operation");
  }
}

static void receive(struct client *c) {
  uint8_t chunk[65536];
  ssize_t got = recv(c->fd, chunk, sizeof chunk, MSG_DONTWAIT);
  if (got < 0 && errno == EAGAIN) return;
  if (got <= 0) {
    drop(c);
    return;
  }
  put_bytes(&c->in, chunk, (size_t)got);
  size_t at = 0;
  uint32_t serial = c->serial, length;
  while (c->in.length - at >= sizeof length) {
    memcpy(&length, c->in.data + at, sizeof length);
    if (length < 5 || length > MAX_FRAME) {
      drop(c);
      return;
    }
    if (c->in.length - at - sizeof length < length) break;
    handle(c, c->in.data + at + sizeof length, length);
    if (c->fd < 0 || c->serial != serial) return; /* dropped while it was answered */
    at += sizeof length + length;
  }
  memmove(c->in.data, c->in.data + at, c->in.length - at);
  c->in.length -= at;
}

static void greet(void) {
  int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
  if (fd < 0) return;
  for (int slot = 0; slot < MAX_CLIENTS; slot++) {
    if (clients[slot].fd >= 0) continue;
    clients[slot] = (struct client){.fd = fd, .serial = next_serial++};
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)slot};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
    return;
  }
  close(fd);
}

/* sun_path is short: callers set the working directory and give a relative path. */
static int listen_at(const char *path) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  if (strlen(path) >= sizeof address.sun_path) {
    errno = ENAMETOOLONG;
    die(path);
  }
  strcpy(address.sun_path, path);
  unlink(path);
  int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  mode_t before = umask(0177);
  if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) < 0 || listen(fd, 64) < 0) die(path);
  umask(before);
  return fd;
}

static void loop(int signals) {
  struct epoll_event events[64];
  for (;;) {
    int wait = next_due_ms();
    if (ending) {
      if (!end_by) end_by = monotonic_ns() + END_PATIENCE_MS * 1000000ull;
      if (end_all() == 0 || monotonic_ns() > end_by) exit(0); /* what is left dies with the daemon */
      if (wait < 0 || wait > 20) wait = 20;
    }
    int count = epoll_wait(poller, events, 64, wait);
    for (int i = 0; i < count; i++) {
      uint32_t what = events[i].data.u32;
      if (what == MAX_CLIENTS) {
        greet();
      } else if (what == MAX_CLIENTS + 1) {
        struct signalfd_siginfo info;
        while (read(signals, &info, sizeof info) == sizeof info)
          if (info.ssi_signo == SIGTERM) ending = 1;
        reap();
      } else if (what == MAX_CLIENTS + 2) {
        answer_done();
      } else {
        struct client *c = &clients[what];
        if (c->fd >= 0 && (events[i].events & EPOLLOUT)) flush(c);
        if (c->fd >= 0 && (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR))) receive(c);
      }
    }
    due();
  }
}

int main(int argc, char **argv) {
  struct options o = {0};
  for (int i = 1; i < argc; i++) {
    if (!strcmp(argv[i], "--new-net")) o.new_net = 1;
    else if (!strcmp(argv[i], "--node-mounts")) o.node_mounts = 1;
    else if (i + 1 < argc && !strcmp(argv[i], "--socket")) o.socket = argv[++i];
    else if (i + 1 < argc && !strcmp(argv[i], "--cgroup")) o.cgroup = argv[++i];
    else if (i + 1 < argc && !strcmp(argv[i], "--name")) o.name = argv[++i];
    else {
      fprintf(stderr, "%s: unknown argument %s\n", self, argv[i]);
      return 2;
    }
  }
  if (!o.socket) {
    fprintf(stderr, "usage: %s --socket PATH [--name TEXT] [--cgroup DIR] [--new-net] [--node-mounts]\n", self);
    return 2;
  }
  for (int i = 0; i < MAX_CLIENTS; i++) clients[i].fd = -1;
  sigset_t handled;
  sigemptyset(&handled);
  sigaddset(&handled, SIGCHLD);
  sigaddset(&handled, SIGTERM);
  sigprocmask(SIG_BLOCK, &handled, NULL);
  signal(SIGHUP, SIG_IGN);
  signal(SIGINT, SIG_IGN); /* Ctrl-C belongs to the command that started the lab */

  enter_namespaces(&o);
  listener = listen_at(o.socket);
  poller = epoll_create1(EPOLL_CLOEXEC);
  int signals = signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK);
  struct epoll_event accept_event = {.events = EPOLLIN, .data.u32 = MAX_CLIENTS};
  struct epoll_event signal_event = {.events = EPOLLIN, .data.u32 = MAX_CLIENTS + 1};
  struct epoll_event worker_event = {.events = EPOLLIN, .data.u32 = MAX_CLIENTS + 2};
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &accept_event);
  epoll_ctl(poller, EPOLL_CTL_ADD, signals, &signal_event);
  epoll_ctl(poller, EPOLL_CTL_ADD, start_worker(), &worker_event);
  loop(signals);
}

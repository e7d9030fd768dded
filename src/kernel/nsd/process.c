/* Programs: those that are run once and answered with their outcome, and those that are supervised. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "nsd.h"

#define MAX_OUTPUT (1u << 20)
#define RESTART_MS 200   /* first wait before a restart; doubles up to the next */
#define RESTART_MAX 5000
#define STABLE_NS 10000000000ull /* ran this long: the next failure counts as the first again */

struct once { /* a program that is run once */
  struct once *next;
  pid_t pid;
  int slot, out, err;
  uint32_t serial, id;
  uint64_t started;
};
struct supervised {
  struct supervised *next;
  char *name, *netns, *log, **argv, **envp;
  void *memory; /* argv and envp point into it */
  pid_t pid;    /* 0: not running */
  int restart, stopping, ending, wait_ms, slot;
  uint32_t serial, id; /* who waits for its end */
  uint32_t restarts;
  uint64_t started, due; /* due: restart or SIGKILL at this time; 0: nothing */
  uint64_t held;         /* not started again before this time */
};
static struct once *running;
static struct supervised *supervised;

/*
 * Starts a program with vfork, whose cost does not grow with memory. Between vfork and exec only system calls: the
 * child shares this memory. The child dies with the daemon.
 */
static pid_t spawn(char **argv, char **envp, int netns, int in, int out, int err, int *failure) {
  volatile int error = 0;
  sigset_t none;
  sigemptyset(&none);
  pid_t parent = getpid();
  pid_t pid = vfork();
  if (pid == 0) {
    if (netns >= 0 && setns(netns, CLONE_NEWNET) < 0) goto failed;
    if (dup2(in, 0) < 0 || dup2(out, 1) < 0 || dup2(err, 2) < 0) goto failed;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent) _exit(127);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(argv[0], argv, envp);
  failed:
    error = errno;
    _exit(127);
  }
  if (pid < 0) error = errno;
  *failure = error;
  return pid;
}

static void put_file(struct frame *f, int fd) {
  struct stat status;
  size_t length = fstat(fd, &status) < 0 ? 0 : (size_t)status.st_size;
  if (length > MAX_OUTPUT) length = MAX_OUTPUT;
  put_u32(f, (uint32_t)length);
  for (size_t done = 0; done < length;) {
    uint8_t chunk[4096];
    size_t want = length - done < sizeof chunk ? length - done : sizeof chunk;
    ssize_t got = pread(fd, chunk, want, (off_t)done);
    if (got <= 0) die("read a program's output");
    put_bytes(f, chunk, (size_t)got);
    done += (size_t)got;
  }
}

void run(struct client *c, uint32_t id, struct reader *r) {
  const char *netns_name = take_text(r);
  char **argv = take_list(r), **envp = r->failed ? NULL : take_list(r);
  uint32_t length = take_u32(r);
  const uint8_t *input = take_bytes(r, length);
  if (r->failed || !argv || !argv[0]) {
    reply_error(c, id, EINVAL, "run: malformed request");
    goto done;
  }
  int netns = netns_open(netns_name);
  if (netns == -2) {
    reply_error(c, id, errno, netns_name);
    goto done;
  }
  /* Memory files instead of pipes: any size, no deadlock, nothing to poll for. */
  int in = memfd_create("stdin", MFD_CLOEXEC), out = memfd_create("stdout", MFD_CLOEXEC),
      err = memfd_create("stderr", MFD_CLOEXEC), failure = 0;
  if (in < 0 || out < 0 || err < 0 || (length && write(in, input, length) != (ssize_t)length)) {
    reply_error(c, id, errno, "memory for a program's input and output");
    if (in >= 0) close(in);
    if (out >= 0) close(out);
    if (err >= 0) close(err);
    if (netns >= 0) close(netns);
    goto done;
  }
  lseek(in, 0, SEEK_SET);
  uint64_t started = monotonic_ns();
  pid_t pid = spawn(argv, envp, netns, in, out, err, &failure);
  close(in);
  if (netns >= 0) close(netns);
  if (pid < 0 || failure) {
    reply_error(c, id, failure, argv[0]); /* the failed child is reaped by reap() */
    close(out);
    close(err);
    goto done;
  }
  struct once *o = malloc(sizeof *o);
  if (!o) die("malloc");
  *o = (struct once){running, pid, slot_of(c), out, err, c->serial, id, started};
  running = o;
done:
  free(argv);
  free(envp);
}

static int ended_once(pid_t pid, int status) {
  for (struct once **at = &running; *at; at = &(*at)->next) {
    struct once *o = *at;
    if (o->pid != pid) continue;
    struct frame f = {0};
    put_u64(&f, o->started);
    put_u64(&f, monotonic_ns());
    put_u32(&f, WIFEXITED(status) ? (uint32_t)WEXITSTATUS(status) : 0);
    put_u32(&f, WIFSIGNALED(status) ? (uint32_t)WTERMSIG(status) : 0);
    put_file(&f, o->out);
    put_file(&f, o->err);
    close(o->out);
    close(o->err);
    struct client *c = client_by(o->slot, o->serial);
    if (c) reply_ok(c, o->id, &f);
    free(f.data);
    *at = o->next;
    free(o);
    return 1;
  }
  return 0;
}

static struct supervised *find(const char *name) {
  for (struct supervised *s = supervised; s; s = s->next)
    if (!strcmp(s->name, name)) return s;
  return NULL;
}

static void forget(struct supervised *gone) {
  for (struct supervised **at = &supervised; *at; at = &(*at)->next) {
    if (*at != gone) continue;
    *at = gone->next;
    free(gone->argv);
    free(gone->envp);
    free(gone->memory);
    free(gone);
    return;
  }
}

static int launch(struct supervised *s) {
  int failure = 0, log = open(s->log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  int null = open("/dev/null", O_RDONLY | O_CLOEXEC), netns = netns_open(s->netns);
  if (log < 0 || null < 0 || netns == -2) {
    failure = errno;
  } else {
    pid_t pid = spawn(s->argv, s->envp, netns, null, log, log, &failure);
    if (pid > 0 && !failure) s->pid = pid;
  }
  if (log >= 0) close(log);
  if (null >= 0) close(null);
  if (netns >= 0) close(netns);
  s->started = monotonic_ns();
  s->due = 0;
  return failure;
}

void start(struct client *c, uint32_t id, struct reader *r) {
  size_t size = (size_t)(r->end - r->at);
  struct supervised *s = calloc(1, sizeof *s);
  uint8_t *memory = malloc(size);
  if (!s || !memory) die("malloc");
  memcpy(memory, r->at, size);
  struct reader own = {memory, memory + size, 0};
  s->memory = memory;
  s->name = (char *)take_text(&own);
  s->netns = (char *)take_text(&own);
  s->log = (char *)take_text(&own);
  s->restart = take_u8(&own);
  s->argv = take_list(&own);
  s->envp = own.failed ? NULL : take_list(&own);
  s->wait_ms = RESTART_MS;
  s->slot = -1;
  s->next = supervised;
  int error = own.failed || !s->argv || !s->argv[0] ? EINVAL : find(s->name) ? EEXIST : 0;
  supervised = s;
  if (!error) error = launch(s);
  if (error) {
    reply_error(c, id, error, "start a process");
    forget(s);
    return;
  }
  struct frame f = {0};
  put_u32(&f, (uint32_t)s->pid);
  reply_ok(c, id, &f);
  free(f.data);
}

void stop(struct client *c, uint32_t id, struct reader *r) {
  const char *name = take_text(r);
  uint32_t number = take_u32(r), patience = take_u32(r);
  struct supervised *s = find(name);
  if (r->failed || !s) {
    reply_error(c, id, r->failed ? EINVAL : ESRCH, name);
    return;
  }
  if (!s->pid) { /* between two lives */
    forget(s);
    reply_ok(c, id, NULL);
    return;
  }
  s->stopping = 1;
  s->slot = slot_of(c);
  s->serial = c->serial;
  s->id = id;
  s->due = monotonic_ns() + (uint64_t)patience * 1000000;
  kill(s->pid, (int)number);
}

void signal_process(struct client *c, uint32_t id, struct reader *r) {
  const char *name = take_text(r);
  uint32_t number = take_u32(r);
  struct supervised *s = find(name);
  if (r->failed || !s || !s->pid || kill(s->pid, (int)number) < 0)
    reply_error(c, id, r->failed ? EINVAL : ESRCH, name);
  else
    reply_ok(c, id, NULL);
}

void kill_and_hold(struct client *c, uint32_t id, struct reader *r) {
  const char *name = take_text(r);
  uint32_t milliseconds = take_u32(r);
  struct supervised *s = find(name);
  if (r->failed || !s) {
    reply_error(c, id, r->failed ? EINVAL : ESRCH, name);
    return;
  }
  s->held = monotonic_ns() + (uint64_t)milliseconds * 1000000;
  if (s->pid) kill(s->pid, SIGKILL);
  else s->due = s->held; /* between two lives */
  reply_ok(c, id, NULL);
}

void list_processes(struct client *c, uint32_t id) {
  struct frame f = {0};
  uint32_t count = 0;
  for (struct supervised *s = supervised; s; s = s->next) count++;
  put_u32(&f, count);
  for (struct supervised *s = supervised; s; s = s->next) {
    put_text(&f, s->name);
    put_u32(&f, (uint32_t)s->pid);
    put_u32(&f, s->restarts);
  }
  reply_ok(c, id, &f);
  free(f.data);
}

static void ended_supervised(pid_t pid) {
  for (struct supervised *s = supervised; s; s = s->next) {
    if (s->pid != pid) continue;
    s->pid = 0;
    if (s->stopping || !s->restart) {
      struct client *c = s->stopping ? client_by(s->slot, s->serial) : NULL;
      if (c) reply_ok(c, s->id, NULL);
      forget(s);
      return;
    }
    uint64_t now = monotonic_ns();
    if (now - s->started > STABLE_NS) s->wait_ms = RESTART_MS;
    s->due = now + (uint64_t)s->wait_ms * 1000000;
    if (s->due < s->held) s->due = s->held;
    s->wait_ms = s->wait_ms * 2 > RESTART_MAX ? RESTART_MAX : s->wait_ms * 2;
    return;
  }
}

void reap(void) {
  int status;
  pid_t pid;
  while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
    if (!ended_once(pid, status)) ended_supervised(pid);
}

void due(void) {
  uint64_t now = monotonic_ns();
  for (struct supervised *s = supervised; s; s = s->next) {
    if (!s->due || s->due > now) continue;
    if (s->stopping) {
      s->due = 0;
      kill(s->pid, SIGKILL);
    } else {
      s->restarts++;
      if (launch(s)) s->due = now + (uint64_t)s->wait_ms * 1000000;
    }
  }
}

int next_due_ms(void) {
  uint64_t now = monotonic_ns(), first = 0;
  for (struct supervised *s = supervised; s; s = s->next)
    if (s->due && (!first || s->due < first)) first = s->due;
  if (!first) return -1;
  return first <= now ? 0 : (int)((first - now) / 1000000 + 1);
}

int end_all(void) {
  int left = 0;
  for (struct supervised *s = supervised; s; s = s->next) {
    if (!s->pid) {
      s->due = 0; /* no further life */
      continue;
    }
    left++;
    if (s->ending) continue; /* a second signal would cut short what the first one began */
    s->ending = 1;
    s->restart = 0;
    kill(s->pid, SIGTERM);
  }
  return left;
}

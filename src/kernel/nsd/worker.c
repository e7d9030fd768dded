/*
 * Making and removing pod namespaces, off the main thread: both may wait for the kernel's global network lock or for
 * an RCU grace period, tens of milliseconds while other namespaces are being taken down, and programs must not wait
 * with them. One thread is enough, since the kernel does one at a time anyhow.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "nsd.h"

struct task {
  struct task *next;
  int slot, error;
  uint32_t serial, id;
  uint8_t operation;
  uint64_t inode;
  char name[];
};
struct queue {
  struct task *first, **last;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t more = PTHREAD_COND_INITIALIZER;
static struct queue waiting = {NULL, &waiting.first}, done = {NULL, &done.first};
static int wake;

static void push(struct queue *q, struct task *t) {
  t->next = NULL;
  *q->last = t;
  q->last = &t->next;
}

static struct task *pop(struct queue *q) {
  struct task *t = q->first;
  if (t && !(q->first = t->next)) q->last = &q->first;
  return t;
}

static void *work(void *unused) {
  (void)unused;
  for (;;) {
    pthread_mutex_lock(&lock);
    struct task *t;
    while (!(t = pop(&waiting))) pthread_cond_wait(&more, &lock);
    pthread_mutex_unlock(&lock);
    int result = t->operation == OP_NETNS_ADD ? netns_add(t->name, &t->inode) : netns_del(t->name);
    t->error = result < 0 ? errno : 0;
    pthread_mutex_lock(&lock);
    push(&done, t);
    pthread_mutex_unlock(&lock);
    uint64_t one = 1;
    if (write(wake, &one, sizeof one) < 0) die("wake the main thread");
  }
  return NULL;
}

/* Starts the thread; returns the descriptor that is readable when something is done. */
int start_worker(void) {
  pthread_t thread;
  wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (wake < 0) die("eventfd");
  errno = pthread_create(&thread, NULL, work, NULL);
  if (errno) die("start a thread");
  return wake;
}

void submit(struct client *c, uint32_t id, uint8_t operation, const char *name) {
  size_t length = strlen(name) + 1;
  struct task *t = calloc(1, sizeof *t + length);
  if (!t) die("calloc");
  t->slot = slot_of(c);
  t->serial = c->serial;
  t->id = id;
  t->operation = operation;
  memcpy(t->name, name, length);
  pthread_mutex_lock(&lock);
  push(&waiting, t);
  pthread_cond_signal(&more);
  pthread_mutex_unlock(&lock);
}

/* Answers what is done. */
void answer_done(void) {
  uint64_t count;
  while (read(wake, &count, sizeof count) == sizeof count) continue;
  for (;;) {
    pthread_mutex_lock(&lock);
    struct task *t = pop(&done);
    pthread_mutex_unlock(&lock);
    if (!t) return;
    struct client *c = client_by(t->slot, t->serial);
    if (c && t->error) {
      reply_error(c, t->id, t->error, t->name);
    } else if (c) {
      struct frame f = {0};
      if (t->operation == OP_NETNS_ADD) put_u64(&f, t->inode);
      reply_ok(c, t->id, &f);
      free(f.data);
    }
    free(t);
  }
}

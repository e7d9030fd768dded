/*
 * churnlab-nsd: the namespace daemon. One small process per set of namespaces (a lab's fabric, a node). It holds the
 * namespaces, makes pod namespaces inside them, runs programs in them and supervises long-running ones. It is in C
 * because a mount namespace can only be entered before there are threads, and because starting a program from a large
 * process costs what its memory costs, while the time of a CNI call is the thing measured here.
 *
 * Wire, over a unix stream socket: frames of u32 length (of what follows, little-endian), u32 request id, u8 operation
 * or reply kind, then fields. A text field ends with NUL; numbers are little-endian. See client.ts for the other side.
 */
#ifndef CHURNLAB_NSD_H
#define CHURNLAB_NSD_H
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

enum operation {
  OP_NETNS_ADD = 1, /* name -> u64 inode */
  OP_NETNS_DEL = 2, /* name -> */
  OP_RUN = 3,       /* netns, u32 argc, args, u32 envc, env, u32 length, stdin -> outcome */
  OP_START = 4,     /* name, netns, log, u8 restart, u32 argc, args, u32 envc, env -> u32 pid */
  OP_STOP = 5,      /* name, u32 signal, u32 milliseconds until SIGKILL -> */
  OP_SIGNAL = 6,    /* name, u32 signal -> */
  OP_LIST = 7,      /* -> u32 count, (name, u32 pid, u32 restarts) */
  OP_SHUTDOWN = 8,  /* -> */
  OP_KILL = 9,      /* name, u32 milliseconds until it may start again -> */
};
enum reply { REPLY_OK = 0, REPLY_ERROR = 1 /* u32 errno, text */ };

struct frame { /* a growing buffer of bytes to send */
  uint8_t *data;
  size_t length, room;
};
void put_bytes(struct frame *f, const void *data, size_t length);
void put_u32(struct frame *f, uint32_t value);
void put_u64(struct frame *f, uint64_t value);
void put_text(struct frame *f, const char *text);

struct reader { /* fields of a request; failed is set when one is missing */
  const uint8_t *at, *end;
  int failed;
};
uint8_t take_u8(struct reader *r);
uint32_t take_u32(struct reader *r);
const char *take_text(struct reader *r);
const uint8_t *take_bytes(struct reader *r, size_t length);
char **take_list(struct reader *r); /* u32 count, texts; NULL-terminated, to be freed (the texts stay in the frame) */

struct client {
  int fd;
  uint32_t serial; /* tells a reused slot from the client that asked */
  struct frame in, out;
};
void reply_ok(struct client *c, uint32_t id, const struct frame *fields);
void reply_error(struct client *c, uint32_t id, int error, const char *what);
struct client *client_by(int slot, uint32_t serial);
int slot_of(const struct client *c);

/* namespaces.c */
struct options {
  const char *socket, *cgroup, *name;
  int new_net, node_mounts;
};
void enter_namespaces(const struct options *o);
int netns_add(const char *name, uint64_t *inode);
int netns_del(const char *name);
int netns_open(const char *name);

/* worker.c */
int start_worker(void);
void submit(struct client *c, uint32_t id, uint8_t operation, const char *name);
void answer_done(void);

/* process.c */
void run(struct client *c, uint32_t id, struct reader *r);
void start(struct client *c, uint32_t id, struct reader *r);
void stop(struct client *c, uint32_t id, struct reader *r);
void signal_process(struct client *c, uint32_t id, struct reader *r);
void kill_and_hold(struct client *c, uint32_t id, struct reader *r);
void list_processes(struct client *c, uint32_t id);
void reap(void);             /* after SIGCHLD */
void due(void);              /* restarts and kills whose time has come */
int next_due_ms(void);       /* milliseconds until then, -1: nothing to wait for */
int end_all(void);           /* TERM to all supervised processes; the number still there */

uint64_t monotonic_ns(void);
void die(const char *what);
#endif

/* Deletions on disk: see queue.c. */
#ifndef CHURNLAB_QUEUE_H
#define CHURNLAB_QUEUE_H
#include <stdbool.h>
#include <stddef.h>

#define QUEUE_NAME_BYTES 256

/* The name of an attachment's entry; false when container ID or interface are not what the specification allows. */
bool queue_name(const char *id, const char *ifname, char name[QUEUE_NAME_BYTES]);

/* Puts a request on disk, durably, in place of an older one of that name. Returns NULL, or why it could not. */
const char *queue_add(const char *dir, const char *name, const char *bytes, size_t length);

/* Removes an entry, if it is there. */
void queue_remove(const char *dir, const char *name);

#endif

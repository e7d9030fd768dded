/* Fields of frames: reading and writing. */
#include <stdlib.h>
#include <string.h>

#include "nsd.h"

void put_bytes(struct frame *f, const void *data, size_t length) {
  if (f->length + length > f->room) {
    size_t room = f->room ? f->room : 512;
    while (room < f->length + length) room *= 2;
    f->data = realloc(f->data, room);
    if (!f->data) die("realloc");
    f->room = room;
  }
  memcpy(f->data + f->length, data, length);
  f->length += length;
}

void put_u32(struct frame *f, uint32_t value) { put_bytes(f, &value, sizeof value); }
void put_u64(struct frame *f, uint64_t value) { put_bytes(f, &value, sizeof value); }
void put_text(struct frame *f, const char *text) { put_bytes(f, text, strlen(text) + 1); }

const uint8_t *take_bytes(struct reader *r, size_t length) {
  if (r->failed || (size_t)(r->end - r->at) < length) {
    r->failed = 1;
    return NULL;
  }
  const uint8_t *found = r->at;
  r->at += length;
  return found;
}

uint8_t take_u8(struct reader *r) {
  const uint8_t *found = take_bytes(r, 1);
  return found ? *found : 0;
}

uint32_t take_u32(struct reader *r) {
  uint32_t value = 0;
  const uint8_t *found = take_bytes(r, sizeof value);
  if (found) memcpy(&value, found, sizeof value);
  return value;
}

const char *take_text(struct reader *r) {
  const uint8_t *nul = r->failed ? NULL : memchr(r->at, 0, (size_t)(r->end - r->at));
  if (!nul) {
    r->failed = 1;
    return "";
  }
  const char *found = (const char *)r->at;
  r->at = nul + 1;
  return found;
}

char **take_list(struct reader *r) {
  uint32_t count = take_u32(r);
  if (r->failed || count > (size_t)(r->end - r->at)) { /* each text takes at least its NUL */
    r->failed = 1;
    return NULL;
  }
  char **list = calloc(count + 1, sizeof *list);
  if (!list) die("calloc");
  for (uint32_t i = 0; i < count; i++) list[i] = (char *)take_text(r);
  return list;
}

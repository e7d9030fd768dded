/*
 * Small things that churnlab-cni would otherwise take from stdio: texts in fixed buffers, milliseconds, the words
 * for an errno. Header only, since each source is one program's.
 */
#ifndef CHURNLAB_TEXT_H
#define CHURNLAB_TEXT_H
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A text that grows in place; `full` once something did not fit. */
struct text {
	char *bytes;
	size_t size, length;
	bool full;
};

static inline void append_bytes(struct text *text, const char *bytes, size_t length) {
	if (length > text->size - text->length) {
		text->full = true;
		return;
	}
	memcpy(text->bytes + text->length, bytes, length);
	text->length += length;
}

static inline void append(struct text *text, const char *string) {
	append_bytes(text, string, strlen(string));
}

static inline void append_number(struct text *text, uint64_t number) {
	char digits[20];
	size_t at = sizeof digits;
	do digits[--at] = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	append_bytes(text, digits + at, sizeof digits - at);
}

/* Appends the inside of a JSON string. Bytes that are not ASCII become '?': they might not be UTF-8. */
static inline void append_json(struct text *text, const char *string) {
	for (const unsigned char *c = (const unsigned char *)string; *c; c++) {
		char one = *c < 0x20 || *c >= 0x7f ? '?' : (char)*c;
		if (one == '"' || one == '\\') append(text, "\\");
		append_bytes(text, &one, 1);
	}
}

static inline uint64_t now_ns(void) {
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

static inline uint64_t now_ms(void) {
	return now_ns() / 1000000;
}

static inline void sleep_ms(long ms) {
	struct timespec time = {0, ms * 1000000};
	nanosleep(&time, NULL);
}

static inline const char *variable(const char *name) {
	const char *value = getenv(name);
	return value ? value : "";
}

static inline uint64_t milliseconds(const char *name, uint64_t otherwise) {
	const char *text = variable(name);
	uint64_t value = 0;
	if (!*text || strlen(text) > 9) return otherwise;
	for (; *text; text++) {
		if (*text < '0' || *text > '9') return otherwise;
		value = value * 10 + (uint64_t)(*text - '0');
	}
	return value;
}

static inline bool write_all(int fd, const char *bytes, size_t length) {
	while (length > 0) {
		ssize_t written = write(fd, bytes, length);
		if (written < 0 && errno == EINTR) continue;
		if (written <= 0) return false;
		bytes += written;
		length -= (size_t)written;
	}
	return true;
}

static inline const char *reason(int error) {
	switch (error) {
	case ENOENT: return "no such file";
	case ECONNREFUSED: return "connection refused";
	case EACCES: return "permission denied";
	case ENOSPC: return "no space left on device";
	case EROFS: return "read-only file system";
	case EAGAIN: return "timed out";
	case ENAMETOOLONG: return "name too long";
	case ECONNRESET: return "connection reset";
	}
	static char buffer[32];
	struct text text = {buffer, sizeof buffer - 1, 0, false};
	append(&text, "errno ");
	append_number(&text, (uint64_t)error);
	return buffer;
}

/* Four parts as one string; the buffer lives until the next call. */
static inline const char *join(const char *a, const char *b, const char *c, const char *d) {
	static char buffer[4096];
	struct text text = {buffer, sizeof buffer - 1, 0, false};
	append(&text, a);
	append(&text, b);
	append(&text, c);
	append(&text, d);
	buffer[text.length] = 0;
	return buffer;
}

#endif

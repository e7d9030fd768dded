/*
 * churnlab-cni: the program that a container runtime executes. It hands the call to the node's agent over a unix
 * socket and prints the answer. It answers VERSION by itself, waits for the agent at ADD and STATUS, queues DEL on
 * disk when no agent is there, and decides nothing else. The agent's side: ../server/wire.ts (bytes),
 * ../server/del-queue.ts (queue on disk).
 *
 * Build (the same line is data in build.json):
 *   clang -std=c17 -Os -static -s -Wall -Wextra -Werror -ffunction-sections -fdata-sections \
 *     -Wl,--gc-sections -o churnlab-cni churnlab-cni.c queue.c
 *
 * No stdio, no malloc of its own, no locale: starting it is most of what a call costs.
 *
 * Environment beside the CNI variables:
 *   CHURNLAB_CNI_SOCKET     the agent's socket, default SOCKET_PATH below. Not from the configuration: this program
 *                           does not parse JSON. Another default: -DSOCKET_PATH='"/path"'.
 *   CHURNLAB_CNI_QUEUE_DIR  folder of the DEL queue, default QUEUE_DIR below.
 *   CHURNLAB_CNI_WAIT_MS    how long ADD (default 10000) and STATUS (3000) wait for the socket. For tests and
 *                           debugging.
 *   CHURNLAB_CNI_REPLY_MS   how long any call waits for the answer, default 60000. For tests and debugging.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include "queue.h"
#include "text.h"

#ifndef SOCKET_PATH
#define SOCKET_PATH "/run/churnlab/cni.sock"
#endif
#define QUEUE_DIR "/var/lib/cni/churnlab/queue"
#define ADD_WAIT_MS 10000
/* A restart of the agent: with a STATUS that fails a kubelet starts no pods until it asks again. */
#define STATUS_WAIT_MS 3000
#define REPLY_MS 60000
#define RETRY_MS 5
#define VERSION_STDIN_MS 1000
#define NAME "churnlab-cni"
#define RELEASE "0.1.0"
#define VERSIONS "\"0.3.1\",\"0.4.0\",\"1.0.0\",\"1.1.0\""
#define VERSIONS_TEXT "0.3.1, 0.4.0, 1.0.0, 1.1.0"

/* Codes of the specification (SPEC.md, "Error", "STATUS"). */
enum { CODE_ENV = 4, CODE_IO = 5, CODE_RETRY = 11, CODE_NOT_AVAILABLE = 50 };

#define REQUEST_BYTES (1 << 20)
static char request_bytes[REQUEST_BYTES + 4096], reply_bytes[REQUEST_BYTES], message_bytes[20000];
static struct text request = {request_bytes, REQUEST_BYTES, 0, false};
static struct text reply = {reply_bytes, sizeof reply_bytes, 0, false};
static const char *input = ""; /* stdin, behind the variables in the request */

/* Appends the value of cniVersion on stdin, if it reads like one; finding it takes no JSON parser. */
static void append_version(struct text *text) {
	static const char key[] = "\"cniVersion\"";
	const char *at = strstr(input, key);
	if (at) {
		at += sizeof key - 1;
		at += strspn(at, " \t\r\n");
		if (*at == ':') {
			at++;
			at += strspn(at, " \t\r\n");
			size_t length = *at == '"' ? strspn(at + 1, "0123456789.") : 0;
			if (length > 0 && length <= 16 && at[length + 1] == '"') {
				append_bytes(text, at + 1, length);
				return;
			}
		}
	}
	append(text, "1.1.0");
}

/* Prints the error object (SPEC.md, "Error") and returns the exit code. */
static int fail(unsigned code, const char *message, const char *details) {
	struct text text = {message_bytes, sizeof message_bytes, 0, false};
	append(&text, "{\"cniVersion\":\"");
	append_version(&text);
	append(&text, "\",\"code\":");
	append_number(&text, code);
	append(&text, ",\"msg\":\"");
	append_json(&text, message);
	if (*details) {
		append(&text, "\",\"details\":\"");
		append_json(&text, details);
	}
	append(&text, "\"}\n");
	write_all(STDOUT_FILENO, text.bytes, text.length);
	return 1;
}

/* Reads stdin behind the variables, until its end or, where there is a limit, until that has passed. */
static bool read_stdin(int limit_ms) {
	uint64_t until = limit_ms < 0 ? 0 : now_ms() + (uint64_t)limit_ms;
	input = request.bytes + request.length;
	for (;;) {
		if (limit_ms >= 0) {
			uint64_t now = now_ms();
			struct pollfd ready = {STDIN_FILENO, POLLIN, 0};
			if (now >= until || poll(&ready, 1, (int)(until - now)) <= 0) return true;
		}
		if (request.length == request.size) {
			request.full = true;
			return false;
		}
		ssize_t length = read(STDIN_FILENO, request.bytes + request.length, request.size - request.length);
		if (length < 0 && errno == EINTR) continue;
		if (length < 0) return false;
		if (length == 0) return true; /* the buffer is static: what follows is a zero */
		request.length += (size_t)length;
	}
}

static int version(void) {
	read_stdin(VERSION_STDIN_MS);
	struct text text = {message_bytes, sizeof message_bytes, 0, false};
	append(&text, "{\"cniVersion\":\"");
	append_version(&text);
	append(&text, "\",\"supportedVersions\":[" VERSIONS "]}\n");
	return write_all(STDOUT_FILENO, text.bytes, text.length) ? 0 : 1;
}

/* Connects, waiting up to wait_ms while nobody listens. Returns -1 with errno set. */
static int connect_agent(uint64_t wait_ms, uint64_t reply_ms) {
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	const char *path = variable("CHURNLAB_CNI_SOCKET");
	if (!*path) path = SOCKET_PATH;
	if (strlen(path) >= sizeof address.sun_path) {
		errno = ENAMETOOLONG;
		return -1;
	}
	strcpy(address.sun_path, path);
	uint64_t until = now_ms() + wait_ms;
	struct timeval limit = {(time_t)(reply_ms / 1000), (suseconds_t)(reply_ms % 1000 * 1000)};
	for (;;) {
		int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
		if (fd < 0) return -1;
		setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit); /* bounds connect(2) as well */
		if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0) return fd;
		int error = errno;
		close(fd);
		errno = error;
		if ((error != ENOENT && error != ECONNREFUSED) || now_ms() >= until) return -1;
		sleep_ms(RETRY_MS);
	}
}

enum outcome { COMPLETE, PARTIAL, NOTHING, TIMED_OUT };

/* An answer is an exit code on its own line, then nothing or a JSON object; ADD never succeeds with nothing. */
static bool is_complete(bool add) {
	char *newline = memchr(reply.bytes, '\n', reply.length);
	if (!newline || newline == reply.bytes || newline - reply.bytes > 3) return false;
	for (char *digit = reply.bytes; digit < newline; digit++) {
		if (*digit < '0' || *digit > '9') return false;
	}
	char *last = reply.bytes + reply.length - 1;
	while (last > newline && (*last == '\n' || *last == ' ')) last--;
	return last == newline ? *reply.bytes == '0' && !add : *last == '}';
}

/* Sends the request and reads the answer into `reply`. Closes fd. */
static enum outcome exchange(int fd, uint64_t reply_ms, bool add) {
	uint64_t until = now_ms() + reply_ms;
	enum outcome outcome = NOTHING;
	for (size_t sent = 0; sent < request.length;) {
		ssize_t part = send(fd, request.bytes + sent, request.length - sent, MSG_NOSIGNAL);
		if (part < 0 && errno == EINTR) continue;
		if (part < 0) {
			outcome = errno == EAGAIN ? TIMED_OUT : NOTHING;
			goto out;
		}
		sent += (size_t)part;
	}
	shutdown(fd, SHUT_WR);
	while (reply.length < reply.size) {
		uint64_t now = now_ms();
		struct pollfd ready = {fd, POLLIN, 0};
		int polled = now >= until ? 0 : poll(&ready, 1, (int)(until - now));
		if (polled < 0 && errno == EINTR) continue;
		if (polled <= 0) {
			outcome = TIMED_OUT;
			goto out;
		}
		ssize_t part = read(fd, reply.bytes + reply.length, reply.size - reply.length);
		if (part < 0 && errno == EINTR) continue;
		if (part <= 0) break;
		reply.length += (size_t)part;
	}
	if (reply.length > 0) outcome = is_complete(add) ? COMPLETE : PARTIAL;
out:
	close(fd);
	return outcome;
}

static int print_reply(void) {
	char *newline = memchr(reply.bytes, '\n', reply.length);
	size_t head = (size_t)(newline - reply.bytes) + 1;
	if (!write_all(STDOUT_FILENO, newline + 1, reply.length - head)) return 1;
	int code = 0;
	for (char *digit = reply.bytes; digit < newline; digit++) code = code * 10 + *digit - '0';
	return code > 255 ? 1 : code;
}

/*
 * DEL without an agent: on disk, then one more try, since an agent that started meanwhile may have listed the
 * queue before the entry was there.
 */
static int queue_delete(uint64_t reply_ms) {
	const char *dir = variable("CHURNLAB_CNI_QUEUE_DIR");
	char name[QUEUE_NAME_BYTES];
	if (!*dir) dir = QUEUE_DIR;
	if (!queue_name(variable("CNI_CONTAINERID"), variable("CNI_IFNAME"), name)) {
		return fail(CODE_ENV, "invalid characters in CNI_CONTAINERID or CNI_IFNAME", "");
	}
	const char *problem = queue_add(dir, name, request.bytes, request.length);
	if (problem) {
		return fail(CODE_RETRY, "churnlab agent is not running and the deletion cannot be queued",
			join(dir, ": ", problem, "; start this node's churnlab agent"));
	}
	int agent = connect_agent(0, reply_ms);
	if (agent < 0 || exchange(agent, reply_ms, false) != COMPLETE) return 0;
	queue_remove(dir, name);
	return print_reply();
}

/* What the agent's absence means for a verb (SPEC.md, "STATUS"; Cilium's plugin for CHECK). */
static int agent_down(const char *command, int error) {
	const char *path = variable("CHURNLAB_CNI_SOCKET");
	const char *details = join(*path ? path : SOCKET_PATH, ": ", reason(error),
		"; start this node's churnlab agent, or see `churnlab lab status` and `churnlab lab logs`");
	bool status = strcmp(command, "STATUS") == 0;
	return fail(status ? CODE_NOT_AVAILABLE : CODE_RETRY, "churnlab agent is not running", details);
}

static int call_agent(const char *command) {
	bool add = strcmp(command, "ADD") == 0, del = strcmp(command, "DEL") == 0;
	uint64_t reply_ms = milliseconds("CHURNLAB_CNI_REPLY_MS", REPLY_MS);
	uint64_t patience = add ? ADD_WAIT_MS : strcmp(command, "STATUS") == 0 ? STATUS_WAIT_MS : 0;
	int fd = connect_agent(patience ? milliseconds("CHURNLAB_CNI_WAIT_MS", patience) : 0, reply_ms);
	if (fd < 0) {
		bool absent = errno == ENOENT || errno == ECONNREFUSED;
		return del && absent ? queue_delete(reply_ms) : agent_down(command, errno);
	}
	switch (exchange(fd, reply_ms, add)) {
	case COMPLETE:
		return print_reply();
	case TIMED_OUT:
		return fail(CODE_RETRY, "timed out waiting for the churnlab agent", "the call may still take effect");
	case PARTIAL:
		return fail(CODE_IO, "churnlab agent went away in the middle of its answer", "");
	case NOTHING:
		if (del) return queue_delete(reply_ms);
	}
	return fail(CODE_IO, "churnlab agent went away before it answered", "the call may have taken effect");
}

/* Checks that the variables are there and on one line each, and puts them in front of stdin. */
static int build_request(const char *command, uint64_t t0) {
	static const char *const names[] = {"CNI_CONTAINERID", "CNI_NETNS", "CNI_IFNAME", "CNI_PATH", "CNI_ARGS"};
	/* One letter per name above: what the verb requires (SPEC.md, "CNI operations"). */
	static const char *const required[][2] = {
		{"ADD", "yyy"}, {"CHECK", "yyy"}, {"DEL", "y-y"}, {"GC", "---y"}, {"STATUS", ""}};
	const char *needs = NULL, *broken = NULL;
	char missing_bytes[256];
	struct text missing = {missing_bytes, sizeof missing_bytes - 1, 0, false};
	for (size_t i = 0; i < sizeof required / sizeof *required; i++) {
		if (strcmp(command, required[i][0]) == 0) needs = required[i][1];
	}
	if (!needs) return fail(CODE_ENV, join("unknown CNI_COMMAND: ", command, "", ""), "");
	append(&request, join("CNI_COMMAND=", command, "\n", ""));
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		const char *value = variable(names[i]);
		if (i < strlen(needs) && needs[i] == 'y' && !*value) {
			if (missing.length > 0) append(&missing, ",");
			append(&missing, names[i]);
		}
		if (strchr(value, '\n')) broken = names[i];
		append(&request, names[i]);
		append(&request, "=");
		append(&request, value);
		append(&request, "\n");
	}
	missing_bytes[missing.length] = 0;
	if (missing.length > 0) {
		return fail(CODE_ENV, join("required env variables [", missing_bytes, "] missing", ""), "");
	}
	if (broken) return fail(CODE_ENV, join("line break in ", broken, "", ""), "");
	append(&request, "CHURNLAB_T0=");
	append_number(&request, t0);
	append(&request, "\n\n");
	if (request.full || !read_stdin(-1)) {
		return fail(CODE_IO, request.full ? "call is larger than 1048576 bytes" : "error reading from stdin", "");
	}
	return 0;
}

int main(void) {
	uint64_t t0 = now_ns();
	const char *command = variable("CNI_COMMAND");
	if (!*command) {
		static const char about[] = "CNI plugin " NAME " v" RELEASE "\nCNI protocol versions supported: " VERSIONS_TEXT "\n";
		return write_all(STDERR_FILENO, about, sizeof about - 1) ? 0 : 1;
	}
	if (strcmp(command, "VERSION") == 0) return version();
	int failed = build_request(command, t0);
	return failed ? failed : call_agent(command);
}

/**
 * The C library through koffi: the only file besides bpf/ that calls foreign functions. Each wrapper throws
 * KernelError; none yields to the event loop, so that a caller may switch namespaces round a call.
 */
import koffi from 'koffi';
import { KernelError } from './errno.ts';

const lib = koffi.load('libc.so.6');

const c = {
  socket: lib.func('int socket(int, int, int)'),
  bind: lib.func('int bind(int, const void*, uint32_t)'),
  listen: lib.func('int listen(int, int)'),
  connect: lib.func('int connect(int, const void*, uint32_t)'),
  setsockopt: lib.func('int setsockopt(int, int, int, const void*, uint32_t)'),
  send: lib.func('int64_t send(int, const void*, size_t, int)'),
  recv: lib.func('int64_t recv(int, _Out_ void*, size_t, int)'),
  close: lib.func('int close(int)'),
  setns: lib.func('int setns(int, int)'),
  unshare: lib.func('int unshare(int)'),
  flock: lib.func('int flock(int, int)'),
};

export const AF_INET = 2;
export const AF_INET6 = 10;
export const AF_NETLINK = 16;
export const SOCK_STREAM = 1;
export const SOCK_DGRAM = 2;
export const SOCK_RAW = 3;
export const SOCK_CLOEXEC = 0o2000000;
export const CLONE_NEWNET = 0x40000000;

/** Signals (a profiler's, a child's) may interrupt a call that waits; it is simply made again (signal(7)). */
function untilDone(call: () => number, operation: string): number {
  for (;;) {
    const result = Number(call());
    if (result >= 0 || koffi.errno() !== koffi.os.errno.EINTR) return check(result, operation);
  }
}

function check(result: number, operation: string): number {
  if (result < 0) throw new KernelError(operation, koffi.errno());
  return result;
}

export function socket(domain: number, type: number, protocol: number): number {
  return check(c.socket(domain, type | SOCK_CLOEXEC, protocol), 'open a socket');
}

export function bind(fd: number, address: Uint8Array): void {
  check(c.bind(fd, address, address.length), 'bind a socket');
}

export function listen(fd: number, backlog: number): void {
  check(c.listen(fd, backlog), 'listen on a socket');
}

export function connect(fd: number, address: Uint8Array): void {
  check(c.connect(fd, address, address.length), 'connect a socket');
}

export function setSocketOption(fd: number, level: number, option: number, value: Uint8Array): void {
  check(c.setsockopt(fd, level, option, value, value.length), `set socket option ${level}/${option}`);
}

/** Sends the whole buffer in one datagram. */
export function send(fd: number, data: Uint8Array): void {
  untilDone(() => c.send(fd, data, data.length, 0), 'send');
}

/** Receives one datagram into `into`; returns its length. Blocks. */
export function receive(fd: number, into: Uint8Array): number {
  return untilDone(() => c.recv(fd, into, into.length, 0), 'receive');
}

export function close(fd: number): void {
  check(c.close(fd), `close descriptor ${fd}`);
}

export function setns(fd: number, type: number): void {
  check(c.setns(fd, type), 'enter a namespace');
}

export function unshare(flags: number): void {
  check(c.unshare(flags), 'make a namespace');
}

/** flock(2): waits for whoever holds the lock, or throws EAGAIN with LOCK_NB. */
export function flock(fd: number, operation: number): void {
  untilDone(() => c.flock(fd, operation), 'lock a file');
}

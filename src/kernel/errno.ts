import os from 'node:os';

/** Second names of EAGAIN and EOPNOTSUPP (include/uapi/asm-generic/errno.h). */
const ALIASES: ReadonlySet<string> = new Set(['EWOULDBLOCK', 'ENOTSUP']);

const NAMES = new Map<number, string>(
  Object.entries(os.constants.errno)
    .filter(([name]) => !ALIASES.has(name))
    .map(([name, value]) => [value, name] as const),
);

/** Name of an errno value, such as `EEXIST`; `errno 525` for one that libuv has no name for. */
export function errnoName(errno: number): string {
  return NAMES.get(errno) ?? `errno ${errno}`;
}

/** A system call that the kernel refused. `code` is the errno's name, as in Node's own errors. */
export class KernelError extends Error {
  override readonly name = 'KernelError';
  readonly code: string;
  readonly errno: number;
  readonly operation: string;

  /** @param operation verb and object, such as `create veth lxc12ab` */
  constructor(operation: string, errno: number, hint?: string) {
    const code = errnoName(errno);
    super(`${operation}: ${code}${hint ? ` (${hint})` : ''}`);
    this.code = code;
    this.errno = errno;
    this.operation = operation;
  }
}

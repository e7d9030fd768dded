import fs from 'node:fs';
import { CLONE_NEWNET, setns, unshare } from './libc.ts';

/** Where this thread belongs; it is only ever away inside {@link Netns.run}. */
let home: Netns | undefined;
/** Where it is while it is away. */
let abroad: Netns | undefined;

/**
 * A network namespace held open by a descriptor. The namespace lives as long as something holds it:
 * a process, a bind mount, a descriptor such as this one.
 */
export class Netns implements Disposable {
  readonly fd: number;
  /** Inode in nsfs: equal for two handles of the same namespace. */
  readonly inode: number;

  private constructor(fd: number) {
    this.fd = fd;
    this.inode = fs.fstatSync(fd).ino;
  }

  /** Opens a namespace by path (`/run/netns/x`, `/proc/<pid>/ns/net`). Throws ENOENT when there is none. */
  static open(path: string): Netns {
    const fd = fs.openSync(path, fs.constants.O_RDONLY);
    return new Netns(fd);
  }

  /** The namespace of the calling thread. */
  static current(): Netns {
    return Netns.open('/proc/thread-self/ns/net');
  }

  /** Makes a new namespace without entering it. */
  static create(): Netns {
    using home = Netns.current();
    unshare(CLONE_NEWNET);
    try {
      return Netns.current();
    } finally {
      setns(home.fd, CLONE_NEWNET);
    }
  }

  /**
   * Runs `work` inside the namespace and comes back. setns is per thread, so `work` must be synchronous from
   * end to end: a promise would let other code of this thread run in the wrong namespace.
   */
  run<T>(work: () => T): T {
    home ??= Netns.current();
    const before = abroad;
    setns(this.fd, CLONE_NEWNET);
    abroad = this;
    try {
      const result = work();
      if (result instanceof Promise)
        throw new TypeError('Expected synchronous work inside a namespace, got a promise');
      return result;
    } finally {
      setns((before ?? home).fd, CLONE_NEWNET);
      abroad = before;
    }
  }

  [Symbol.dispose](): void {
    fs.closeSync(this.fd);
  }
}

/**
 * Starts libuv's worker threads while this thread is still at home. A worker started during {@link Netns.run}
 * would be born in, and stay in, the foreign namespace. Call once before the first use of namespaces.
 */
export async function warmThreadPool(): Promise<void> {
  const size = Number(process.env.UV_THREADPOOL_SIZE ?? 4);
  await Promise.all(Array.from({ length: size * 2 }, () => fs.promises.stat('/')));
}

/** Network namespaces of this process's threads: inode to number of threads. All are home when there is one entry. */
export function threadNamespaces(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const task of fs.readdirSync('/proc/self/task')) {
    const name = fs.readlinkSync(`/proc/self/task/${task}/ns/net`);
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

import { close } from '../libc.ts';

const open = new Map<number, string>();

/** A descriptor that belongs to one object, which knows what it was opened for. */
export class OwnedFd implements Disposable {
  readonly fd: number;
  #closed = false;

  constructor(fd: number, purpose: string) {
    this.fd = fd;
    open.set(fd, purpose);
  }

  [Symbol.dispose](): void {
    if (this.#closed) return;
    this.#closed = true;
    open.delete(this.fd);
    close(this.fd);
  }
}

/** What BPF descriptors this process holds, for tests that look for leaks. */
export function openBpfDescriptors(): readonly string[] {
  return [...open.values()];
}

/** Names for maps and programs in a bpffs, which keep them alive without a process. */
import fs from 'node:fs';
import { KernelError } from '../errno.ts';
import { mountFilesystem } from '../mount.ts';
import { CMD } from './abi.ts';
import { Attr, bpf, tryBpf } from './syscall.ts';

const BPF_FS_MAGIC = 0xcafe4a11;
const ENOENT = 2;

const cString = (text: string): Buffer => Buffer.from(`${text}\0`);

/** Whether a directory is on a bpffs. */
export function isBpffs(directory: string): boolean {
  return fs.statfsSync(directory).type === BPF_FS_MAGIC;
}

/**
 * Mounts a bpffs on a directory of the calling thread's mount namespace, unless one is there. The directory is
 * made when it is missing. Throws KernelError.
 */
export function mountBpffs(directory: string): void {
  fs.mkdirSync(directory, { recursive: true });
  if (!isBpffs(directory)) mountFilesystem('bpf', directory, 'mode=0700');
}

/** Gives an object a name. Names must not hold a dot. Throws KernelError, EEXIST when the name is taken. */
export function pin(fd: number, path: string): void {
  bpf(CMD.objPin, new Attr(16).pointer(0, cString(path)).u32(8, fd), `pin ${path}`);
}

/** Opens a pinned object; undefined when there is none. Throws KernelError. */
export function openPinned(path: string): number | undefined {
  const fd = tryBpf(CMD.objGet, new Attr(16).pointer(0, cString(path)));
  if (fd >= 0) return fd;
  if (-fd === ENOENT) return undefined;
  throw new KernelError(`open the pinned ${path}`, -fd);
}

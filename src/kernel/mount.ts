import fs from 'node:fs';
import koffi from 'koffi';
import { KernelError } from './errno.ts';

const lib = koffi.load('libc.so.6');
const mount = lib.func('int mount(const char*, const char*, const char*, unsigned long, const char*)');

/**
 * Mounts a file system without a device on a directory of the calling thread's mount namespace. The directory is made
 * when it is missing.
 * @param options as the file system takes them, such as `mode=0700`
 * @throws KernelError
 */
export function mountFilesystem(type: 'bpf' | 'cgroup2', directory: string, options = ''): void {
  fs.mkdirSync(directory, { recursive: true });
  if (mount(type, directory, type, 0, options) < 0)
    throw new KernelError(`mount ${type} on ${directory}`, koffi.errno());
}

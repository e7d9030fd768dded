export { connectTcp } from './connect.ts';
export { KernelError } from './errno.ts';
export { FileLock } from './file-lock.ts';
export { listenTcp } from './listen.ts';
export { mountFilesystem } from './mount.ts';
export * from './netlink/index.ts';
export { Netns, threadNamespaces, warmThreadPool } from './netns.ts';
export * from './nsd/index.ts';
export { setSysctls } from './sysctl.ts';

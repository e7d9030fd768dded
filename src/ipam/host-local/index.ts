/** Apart from the pure allocators, since a lock needs the kernel. */
export { type HostLocalOptions, HostLocalSource } from './host-local-source.ts';
export type { Gateway } from './range-set.ts';

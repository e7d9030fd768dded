export { backoff } from './backoff.ts';
export { connect, type Target } from './client.ts';
export { Informer, type InformerOptions } from './informer.ts';
export type { DeleteOptions, KubeClient, ListOptions, Patch, WatchOptions } from './kube-client.ts';
export { isReason, KubeError } from './kube-error.ts';
export type * from './objects.ts';
export * from './resources.ts';
export * from './types.ts';
export { WorkQueue, type WorkQueueOptions } from './work-queue.ts';

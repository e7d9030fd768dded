import type { PodSpec } from '../kube/index.ts';

/** What the pods of a run are made of: what a kubelet has to be told, a netns lab has for itself. */
export interface PodKit {
  /** A pod that has a network and does nothing with it. */
  idle(): PodSpec;
  /** A pod that answers by TCP and UDP on a port, and says its name in each answer. */
  answering(port: number): PodSpec;
  /** A pod that connections are made from. */
  dialling(): PodSpec;
  /** Resolves when pods can be made in a namespace that is new. */
  namespaceReady(namespace: string): Promise<void>;
}

import type { NamespaceDaemon } from '../kernel/index.ts';

/** Where plugins are executed: a node of a lab, with a network and a mount namespace of its own. */
export interface ConformanceNode {
  readonly name: string;
  /** Process that holds the namespaces. */
  readonly pid: number;
  readonly daemon: NamespaceDaemon;
}

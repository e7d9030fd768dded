import { createHash } from 'node:crypto';
import type { LabDirectory } from '../netns/index.ts';

/** What a lab's things outside its directory are called: two clones may have labs of the same name. */
export interface LabNames {
  /** Of the cluster, to kind; containers begin with it. */
  readonly cluster: string;
  /** Of Docker's network. */
  readonly network: string;
  /** Of the network's bridge on the machine: 15 characters at most (IFNAMSIZ). */
  readonly bridge: string;
  /** Of the machine's nftables table. */
  readonly fence: string;
}

export function namesOf({ name, path }: LabDirectory): LabNames {
  const mark = createHash('sha256').update(path).digest('hex').slice(0, 8);
  return {
    cluster: `${name}-${mark.slice(0, 4)}`,
    network: `churnlab-${mark}`,
    bridge: `clb-${mark}`,
    fence: `churnlab-${mark}`,
  };
}

/** Names of the nodes' containers as kind gives them, the control plane first: they are n1, n2, ... of the cluster. */
export function containerNamesOf(cluster: string, count: number): string[] {
  const worker = (i: number): string => `${cluster}-worker${i === 1 ? '' : i}`;
  return [`${cluster}-control-plane`, ...Array.from({ length: count - 1 }, (_, i) => worker(i + 1))];
}

import type { Ip } from '../../ip/index.ts';

/** Whose address it is: CNI's key of an attachment, and the pod's `namespace/name` for people. */
export interface Owner {
  readonly containerId: string;
  readonly ifname: string;
  readonly pod?: string;
}

/** An address that is written, and its text once that was read from a file. */
type WrittenIp = Ip | string;

/** One line in the log of a node's addresses. Times are ms since the epoch. */
export type HostRecord =
  | {
      readonly op: 'alloc';
      readonly id: string;
      readonly if: string;
      readonly pod?: string;
      readonly ips: readonly WrittenIp[];
      readonly at: number;
    }
  | { readonly op: 'free'; readonly id: string; readonly if: string; readonly at: number }
  /** A released address and when it was released: stands for the history after a rewrite. */
  | { readonly op: 'rest'; readonly ip: WrittenIp; readonly at: number };

/** The attachment as one string: allocation is idempotent per key. */
export function ownerKey(owner: Owner): string {
  return `${owner.containerId}/${owner.ifname}`;
}

import type { OperatorStatus } from './operator.ts';

/** The pool as JSON. Counts beyond 2^53 are rounded. */
export interface OperatorStatusJson {
  readonly cidrs: readonly {
    readonly family: 'ipv4' | 'ipv6';
    readonly cidr: string;
    readonly maskSize: number;
    readonly size: number;
    readonly used: number;
  }[];
  readonly waiting: readonly string[];
}

/** What the control socket's `status` answers. */
export function statusJson({ cidrs, waiting }: OperatorStatus): OperatorStatusJson {
  return {
    cidrs: cidrs.map(({ family, cidr, maskSize, size, used }) => ({
      ...{ family, cidr: cidr.toString(), maskSize, used },
      size: Number(size),
    })),
    waiting,
  };
}

/** What cases are put together from. */
import type { Bed, ServiceName } from '../bed/index.ts';
import type { Case, Expectation, Origin } from '../case.ts';
import type { Column } from '../column.ts';

/** Everybody whose calls of a cluster IP are translated. */
export const INSIDE = ['pod', 'pod by packets', 'node'] as const satisfies readonly Origin[];

/** Where the backends are, as the table says it: seen from the client, or from the node whose port is called. */
export const SAME = 'same node';
export const OTHER = 'other node';
export const BOTH = 'both nodes';

type Address = (bed: Bed, column: Column) => string | readonly string[];

export const clusterIp =
  (service: ServiceName): Address =>
  (bed, column) =>
    bed.clusterIp(service, column);

export const nodePort =
  (service: ServiceName, at: 'near' | 'far' | 'loopback'): Address =>
  (bed, column) =>
    bed.nodePort(service, at, column);

export const answers = (by: readonly string[], why?: string): Expectation => ({
  kind: 'answers',
  by,
  spread: 'all',
  ...(why === undefined ? {} : { why }),
});

export const nobody = (why: string): Expectation => ({ kind: 'nobody', why });

interface Shape {
  readonly group: string;
  readonly from: Origin;
  readonly to: string;
  readonly backend: string;
  readonly needs?: Case['needs'];
  readonly nodes?: Case['nodes'];
  readonly address: Address;
  /** The place when it is not the usual one of that kind. */
  readonly place?: (bed: Bed) => string;
  readonly expect: Expectation | Case['expect'];
}

/** A case; of Services unless it says otherwise, and of two nodes when a backend is on the other one. */
export function caseOf({ place, address, expect, ...shape }: Shape): Case {
  return {
    needs: 'services',
    nodes: shape.backend === OTHER || shape.backend === BOTH ? 2 : 1,
    ...shape,
    dial: (bed, column) => ({
      from: place?.(bed) ?? bed.place(shape.from),
      to: [address(bed, column)].flat(),
    }),
    expect: typeof expect === 'function' ? expect : () => expect,
  };
}

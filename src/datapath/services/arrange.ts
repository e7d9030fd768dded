/** What a service port is to be in the kernel: pure, and as near as can be to what it was. */
import type { IdPool } from './id-pool.ts';
import { BACKEND_FLAGS } from './maps/backend.ts';
import type { EndpointSpec, ServicePortSpec } from './spec.ts';

/** An endpoint under the number that it has in the kernel. */
export interface PlacedBackend {
  readonly id: number;
  readonly address: EndpointSpec['address'];
  readonly port: number;
  /** Bits of BACKEND_FLAGS. */
  readonly flags: number;
}

/** A service port as the kernel has it, or is to have it. */
export interface Placed
  extends Pick<
    ServicePortSpec,
    | 'key'
    | 'family'
    | 'protocol'
    | 'frontends'
    | 'internalLocal'
    | 'externalLocal'
    | 'affinitySeconds'
    | 'maglev'
    | 'dsr'
  > {
  readonly service: number;
  readonly backends: readonly PlacedBackend[];
  /** Numbers of backends by view (VIEWS), slot 1 first. */
  readonly slots: readonly [all: readonly number[], local: readonly number[]];
  /** The frontends in the kernel are not what this says: they are to be written in any case. */
  readonly stale?: boolean;
}

export interface Ids {
  readonly services: IdPool;
  readonly backends: IdPool;
}

type Condition = (endpoint: EndpointSpec) => boolean;

/**
 * Who gets new connections among those that count: the ready ones; while there are none, those that end but still serve
 * (KEP-1669, proxy terminating endpoints).
 */
export function usableOf(endpoints: readonly EndpointSpec[], counts: Condition = () => true): Condition {
  return endpoints.some((each) => each.ready && counts(each))
    ? (each) => each.ready && counts(each)
    : (each) => each.serving && each.terminating && counts(each);
}

/**
 * Gives a service port and its endpoints numbers and slots on a node. Endpoints keep the number and, as far as that
 * leaves no hole, the slot that they have in `current`. Numbers that are not needed any more are not freed here.
 */
export function arrange(current: Placed | undefined, spec: ServicePortSpec, node: string, ids: Ids): Placed {
  const isLocal: Condition = (endpoint) => endpoint.node === node;
  const withLocalView =
    spec.internalLocal || (spec.externalLocal && spec.frontends.some(({ kind }) => kind !== 'ClusterIP'));
  const inAll = usableOf(spec.endpoints);
  const inLocal: Condition = withLocalView ? usableOf(spec.endpoints, isLocal) : () => false;
  const known = new Map(current?.backends.map((backend) => [identityOf(backend), backend]));

  const backends: PlacedBackend[] = [];
  const slots: [number[], number[]] = [[], []];
  const seen = new Set<number | string>();
  for (const endpoint of spec.endpoints) {
    const identity = identityOf(endpoint);
    const [all, local] = [inAll(endpoint), inLocal(endpoint)];
    // What neither takes connections nor still serves old ones has no place; nor has a second mention.
    if ((!all && !local && !endpoint.serving) || seen.has(identity)) continue;
    seen.add(identity);
    let flags = 0;
    if (all) flags |= BACKEND_FLAGS.inAll;
    if (local) flags |= BACKEND_FLAGS.inLocal;
    if (isLocal(endpoint)) flags |= BACKEND_FLAGS.local;
    if (endpoint.terminating) flags |= BACKEND_FLAGS.terminating;
    const old = known.get(identity);
    const backend =
      old?.flags === flags
        ? old
        : {
            id: old?.id ?? ids.backends.allocate(),
            address: endpoint.address,
            port: endpoint.port,
            flags,
          };
    backends.push(backend);
    if (all) slots[0].push(backend.id);
    if (local) slots[1].push(backend.id);
  }
  const { key, family, protocol, frontends, internalLocal, externalLocal } = spec;
  const { affinitySeconds, maglev, dsr } = spec;
  return {
    key,
    family,
    protocol,
    frontends,
    internalLocal,
    externalLocal,
    affinitySeconds,
    maglev,
    dsr,
    service: current?.service ?? ids.services.allocate(),
    backends,
    slots: [refill(current?.slots[0] ?? [], slots[0]), refill(current?.slots[1] ?? [], slots[1])],
  };
}

/** What tells the backends of a service port apart. A number where it fits: there are many. */
const identityOf = ({ address, port }: Pick<PlacedBackend, 'address' | 'port'>): number | string =>
  typeof address.number === 'number' ? address.number * 0x1_0000 + port : `${address} ${port}`;

/** The wanted numbers, those that stay where they were; holes are filled with new ones, then from the end. */
export function refill(old: readonly number[], wanted: readonly number[]): readonly number[] {
  if (old.length === 0) return wanted;
  if (old.length === wanted.length && old.every((id, slot) => id === wanted[slot])) return old;
  const staying = new Set(wanted);
  const slots: (number | undefined)[] = old.map((id) => (staying.has(id) ? id : undefined));
  const there = new Set(old);
  const fresh = wanted.filter((id) => !there.has(id));
  for (let slot = 0; slot < slots.length; slot++) {
    if (slots[slot] !== undefined) continue;
    if (fresh.length > 0) {
      slots[slot] = fresh.shift()!;
      continue;
    }
    while (slots.length > slot && slots.at(-1) === undefined) slots.pop();
    if (slots.length > slot) slots[slot] = slots.pop()!;
  }
  return [...(slots as number[]), ...fresh];
}

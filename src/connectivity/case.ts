import type { Family } from '../ip/index.ts';
import type { LabSpec } from '../scenario/index.ts';
import type { Bed } from './bed/index.ts';
import type { Column } from './column.ts';

/** What expectations go by: the lab as it is. */
export interface Facts {
  readonly services: LabSpec['services'];
  readonly network: LabSpec['network'];
  /** Pods of a node are on a bridge, and reach each other past the node's stack where that lets them. */
  readonly isBridged: boolean;
  /** How many nodes are Ready. */
  readonly nodes: number;
  /** Families of pods; those of Services may be fewer. */
  readonly podFamilies: readonly Family[];
  readonly serviceFamilies: readonly Family[];
  /** Whether iptables and nftables see what a bridge passes on by itself (kernel module br_netfilter). */
  readonly bridgeNetfilter: boolean;
}

/**
 * Where it is dialled from. `pod by packets` is a pod whose sockets no eBPF program of its node's cgroup sees, as those
 * of a sandboxed runtime: its Services are translated packet by packet.
 */
export type Origin = 'pod' | 'pod by packets' | 'node' | 'outside';

/** What Kubernetes, or where it lets them differ the implementation, is to do. `why` says so, with the source. */
export type Expectation =
  /** All of these answer (`all`), or one of them and always the same (`one`); nobody else. */
  | {
      readonly kind: 'answers';
      readonly by: readonly string[];
      readonly spread: 'all' | 'one';
      readonly why?: string;
    }
  /** Refused, and not given up waiting. */
  | { readonly kind: 'refused'; readonly why?: string }
  /** Nobody answers, however that is said: refused, unreachable or dropped. */
  | { readonly kind: 'nobody'; readonly why: string };

/** Where to dial from, and the addresses that are taken in turn. */
export interface Dial {
  readonly from: string;
  readonly to: readonly string[];
}

/** A row of the table. */
export interface Case {
  /** Rows of one heading. */
  readonly group: string;
  readonly from: Origin;
  readonly to: string;
  readonly backend: string;
  /** What must be there beside pods: EndpointSlices, or somebody who implements Services. */
  readonly needs: 'pods' | 'slices' | 'services';
  readonly nodes: 1 | 2;
  dial(bed: Bed, column: Column): Dial;
  expect(facts: Facts, column: Column): Expectation;
}

/** What `--only` is held against, and what people call it. */
export function caseName({
  group,
  from,
  to,
  backend,
}: Pick<Case, 'group' | 'from' | 'to' | 'backend'>): string {
  return `${group}: ${from} > ${to} > ${backend}`;
}

/** Why a case cannot be asked here; undefined when it can. */
export function inapplicable(
  { needs, nodes, from }: Case,
  facts: Facts,
  { family }: Column,
): string | undefined {
  if (needs === 'services' && facts.services === 'none') {
    return 'nothing implements Services (services: none)';
  }
  if (needs !== 'pods' && !facts.serviceFamilies.includes(family)) {
    return `Services of this lab have no ${family}`;
  }
  if (nodes > facts.nodes) return 'it takes two nodes';
  if (from === 'pod by packets' && facts.services !== 'ebpf') {
    return `services ${facts.services} know no sockets: all pods go by packets`;
  }
  return undefined;
}

import type { z } from 'zod';
import type { arrivals } from './schema/arrivals.ts';
import type { claim } from './schema/claim.ts';
import type { lifetime } from './schema/lifetime.ts';
import type { matrix } from './schema/matrix.ts';
import type { specSchema } from './schema/scenario.ts';
import type { SUBSTRATES } from './schema/substrate.ts';

/**
 * A scenario as the rest of the program sees it: defaults filled in, overrides merged, CIDRs in
 * network form, traces read. Every duration is in nanoseconds, every rate per second.
 */
type Deep<T> = T extends readonly (infer Item)[]
  ? readonly Deep<Item>[]
  : T extends object
    ? { readonly [Key in keyof T]: Deep<T[Key]> }
    : T;

type Parsed = Deep<z.output<typeof specSchema>>;

/** Where a lab runs. */
export type Substrate = (typeof SUBSTRATES)[number];
/** What must be up: nodes, network, address pools. */
export type LabSpec = Parsed['lab'];
export type PoolSpec = LabSpec['ipam']['pools'][number];
export type IpamMode = LabSpec['ipam']['mode'];
export type Level = Parsed['level'];

type Trace<T, Values> = T extends { readonly file: string } ? T & Values : T;
/** When pods arrive. A trace's `offsets` are nanoseconds from the start of its phase. */
export type Arrivals = Trace<Deep<z.output<typeof arrivals>>, { readonly offsets: readonly number[] }>;
/** How long pods live. A trace's `lifetimes` are nanoseconds, in the order of arrivals. */
export type Lifetime = Trace<Deep<z.output<typeof lifetime>>, { readonly lifetimes: readonly number[] }>;

type Phases = Parsed['phases'][number];
type Arriving<T> = Omit<T, 'arrivals' | 'lifetime' | 'count' | 'kind'> & {
  readonly kind: 'churn';
  /** How many arrive; where the file says `fill`, that is worked out. */
  readonly count: number;
  /** Left out: until released or drained. */
  readonly lifetime?: Lifetime | undefined;
} & (T extends { readonly arrivals: unknown } ? { readonly arrivals: Arrivals } : unknown);
type Resolved<T> = T extends { readonly kind: 'churn' } ? Arriving<T> : T;
export type Phase = Resolved<Phases>;
/** A phase in which something arrives; `mode` says whether by the clock (`open`) or as others finish (`closed`). */
export type ChurnPhase = Extract<Phase, { readonly kind: 'churn' }>;
export type OpenPhase = Extract<ChurnPhase, { readonly mode: 'open' }>;
export type ClosedPhase = Extract<ChurnPhase, { readonly mode: 'closed' }>;
export type PodPhase = Extract<ChurnPhase, { readonly subject: 'pod' }>;
export type NodePhase = Extract<ChurnPhase, { readonly subject: 'node' }>;
export type ServicePhase = Extract<ChurnPhase, { readonly subject: 'service' }>;
/** What arrives in phases. */
export type Subject = ChurnPhase['subject'];
export type Release = NonNullable<ChurnPhase['release']>;
/** Nothing arrives: connections are made through Services that are there. */
export type TrafficPhase = Extract<Phase, { readonly kind: 'traffic' }>;
/** What is dialled; without `for` and `count` as long as its phase lasts. */
export type TrafficSpec = TrafficPhase['traffic'];
/** The last phase: delete what lives, then nothing may be left. */
export type DrainPhase = Extract<Phase, { readonly kind: 'drain' }>;

export type Change = Parsed['changes'][number];
export type Fault = Parsed['faults'][number];
export type Gate = Parsed['gates'][number];
/** The axes of a matrix, before it is expanded into cells. */
export type MatrixSpec = Deep<z.output<typeof matrix>>;
/** One combination of a matrix: the fields that differ from the scenario. */
export type Cell = Omit<MatrixSpec['exclude'][number], 'on'> & {
  /** Goes with a network `cni:` that was named in place of the matrix's own. */
  readonly cniBin?: string;
  /** With `helm:` and `manifest:`. Files, separated by commas. */
  readonly networkValues?: string;
  readonly imageArchives?: string;
};

export type ScenarioSpec = Omit<Parsed, 'phases' | 'matrix' | 'overrides'> & {
  readonly phases: readonly Phase[];
};

/** A published claim with the rules that decide. */
export type Claim = Deep<z.output<typeof claim>>;

/** A scenario made ready for one substrate and one cell of its matrix. */
export interface Scenario {
  readonly name: string;
  readonly description: string;
  readonly substrate: Substrate;
  readonly cell: Cell;
  /** What it confirms or refutes. */
  readonly claim: Claim | undefined;
  /** What overrides and matrix changed, for the result: `phases.churn.pods: 300 (20000 in the scenario)`. */
  readonly changed: readonly string[];
  readonly spec: ScenarioSpec;
}

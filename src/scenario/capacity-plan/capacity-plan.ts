import { Cidr, type Family, familyBits } from '../../ip/index.ts';
import {
  type FamilyRoom,
  IpamError,
  type CapacityPlan as PoolPlan,
  planCapacity,
  readClusterPoolConfig,
} from '../../ipam/index.ts';
import { poolsByFamily } from '../pools-by-family.ts';
import type { IpamMode, LabSpec, PoolSpec } from '../spec.ts';
import { daysUntil, type Growth } from './growth.ts';

/** Masks shown on either side of the one there is. */
const AROUND = 3;
const DAY_MS = 86_400_000;
/** Nobody plans so far ahead, ms. */
const HORIZON_MS = 200 * 365.2425 * DAY_MS;

export interface CapacityOptions {
  readonly lab: Pick<LabSpec, 'ipam' | 'network'>;
  /** Nodes there are now. */
  readonly nodes: number;
  /** Pods a node is meant to hold. */
  readonly podsPerNode: number;
  readonly growth?: Growth | undefined;
  readonly now: Date;
}

/** How many fit, what is lost, and when it runs out. */
export interface CapacityAnswer {
  readonly mode: IpamMode;
  /** Pods a node is meant to hold. */
  readonly podsPerNode: number;
  readonly nodes: number;
  readonly growth: string | null;
  /** One for each name of a pool. */
  readonly pools: readonly PoolAnswer[];
  /** Nodes of all pools together. */
  readonly fits: { readonly nodes: bigint; readonly pods: bigint };
  readonly runsOut: RunsOut | null;
  /** What the masks round the one there is would give; of one pool only. */
  readonly masks: readonly MaskAnswer[];
}

export interface PoolAnswer extends Omit<PoolPlan, 'families'> {
  readonly pool: string;
  readonly families: readonly (FamilyRoom & {
    readonly cidrs: readonly string[];
    readonly nodeMask: number;
  })[];
  /** The family that has fewest pieces, or the provider's quota. */
  readonly limit: Family | 'quota';
}

/** When a node finds no CIDR. `date` is null when it is later than anybody plans. */
export interface RunsOut {
  readonly days: number;
  readonly date: string | null;
}

export interface MaskAnswer {
  readonly family: Family;
  readonly nodeMask: number;
  /** Pods that a node holds. */
  readonly podsPerNode: bigint;
  readonly nodes: bigint;
  readonly pods: bigint;
  readonly runsOut: RunsOut | null;
  readonly current: boolean;
  /** Of those that hold all pods a node is meant to hold, the one for most nodes; of equal ones that which there is. */
  readonly best: boolean;
}

/**
 * Works out on paper how far a lab's pools reach.
 * @throws IpamError `config-invalid` in the allocator's words when its own rules forbid the pools
 */
export function planLabCapacity(options: CapacityOptions): CapacityAnswer {
  const { lab, nodes, podsPerNode, growth } = options;
  const pools = [...Map.groupBy(lab.ipam.pools, ({ name }) => name)].map(([name, entries]) =>
    poolAnswer(name, entries, options),
  );
  const fits = {
    nodes: pools.reduce((sum, pool) => sum + pool.nodes, 0n),
    pods: pools.reduce((sum, pool) => sum + pool.pods, 0n),
  };
  return {
    mode: lab.ipam.mode,
    podsPerNode,
    nodes,
    growth: growth?.text ?? null,
    pools,
    fits,
    runsOut: runsOut(fits.nodes, options),
    masks: pools.length === 1 ? masksOf(pools[0]!, options) : [],
  };
}

function poolAnswer(name: string, entries: readonly PoolSpec[], options: CapacityOptions): PoolAnswer {
  const { lab, podsPerNode } = options;
  const { mode, provider } = lab.ipam;
  const { families } = readClusterPoolConfig(poolsByFamily(entries));
  const plan = planCapacity({
    mode,
    families,
    // A node of mode multi-pool takes as many pieces as its pods need.
    ...(mode !== 'multi-pool' && { podsPerNode: BigInt(podsPerNode) }),
    // The reference plugins put their gateway into the node's CIDR; ours is link-local.
    keptBack: lab.network === 'churnlab' ? 0n : 1n,
  });
  const limit = plan.families.find((family) => family.nodes === plan.nodes)!.family;
  const answer = {
    ...plan,
    pool: name,
    limit,
    families: plan.families.map((room) => {
      const { cidrs, maskSize } = families.find(({ family }) => family === room.family)!;
      return { ...room, cidrs: cidrs.map(String), nodeMask: maskSize };
    }),
  };
  if (mode === 'multi-pool') return inPieces(answer, podsPerNode);
  const quota = mode === 'cloud' ? provider.quota : undefined;
  if (quota === undefined || BigInt(quota) >= answer.nodes) return answer;
  const reached = BigInt(quota);
  return { ...answer, nodes: reached, pods: reached * answer.podsPerNode, limit: 'quota' };
}

/** Of a pool whose nodes have as many pieces as they need: as many nodes as have all their pods. */
function inPieces<T extends PoolAnswer>(answer: T, podsPerNode: number): T {
  const wanted = BigInt(podsPerNode);
  const perPiece = answer.podsPerNode;
  const pieces = (wanted + perPiece - 1n) / perPiece;
  const nodes = answer.nodes / pieces;
  const families = answer.families.map((room) => ({
    ...room,
    lostToRounding: room.addresses - room.lostToPieces - room.lostToOtherFamily - nodes * wanted,
  }));
  return { ...answer, nodes, podsPerNode: wanted, pods: nodes * wanted, families };
}

/** The masks round the one of the family that limits, or of IPv4 where a quota does. */
function masksOf({ limit, families }: PoolAnswer, options: CapacityOptions): MaskAnswer[] {
  const own = families.find(({ family }) => family === limit) ?? families[0]!;
  const shortest = Math.max(...own.cidrs.map((text) => Cidr.parseExact(text).prefix));
  const longest = familyBits(own.family);
  const from = Math.max(shortest, own.nodeMask - AROUND);
  const masks = Array.from({ length: 2 * AROUND + 1 }, (_, i) => from + i).filter((mask) => mask <= longest);
  const answers = masks.flatMap((mask) => maskAnswer(mask, own.family, own.nodeMask, options) ?? []);
  const enough = answers.filter(({ podsPerNode }) => podsPerNode >= BigInt(options.podsPerNode));
  const best = enough.reduce<MaskAnswer | undefined>(
    (most, each) =>
      most === undefined || each.nodes > most.nodes || (each.current && each.nodes === most.nodes)
        ? each
        : most,
    undefined,
  );
  return answers.map((each) => (each === best ? { ...each, best: true } : each));
}

/** Undefined when the allocator's rules forbid the mask. */
function maskAnswer(
  nodeMask: number,
  family: Family,
  current: number,
  options: CapacityOptions,
): MaskAnswer | undefined {
  const { lab } = options;
  const pools = lab.ipam.pools.map((pool) =>
    pool.cidrs[0]!.includes(':') === (family === 'ipv6') ? { ...pool, nodeMask } : pool,
  );
  try {
    const pool = poolAnswer(pools[0]!.name, pools, {
      ...options,
      lab: { ...lab, ipam: { ...lab.ipam, pools } },
    });
    const { nodes, pods, podsPerNode } = pool;
    return {
      ...{ family, nodeMask, podsPerNode, nodes, pods },
      runsOut: runsOut(nodes, options),
      ...{ current: nodeMask === current, best: false },
    };
  } catch (error) {
    if (error instanceof IpamError) return undefined;
    throw error;
  }
}

function runsOut(limit: bigint, { nodes, growth, now }: CapacityOptions): RunsOut | null {
  if (growth === undefined && BigInt(nodes) <= limit) return null;
  const days = growth === undefined ? 0 : daysUntil(Number(limit), nodes, growth);
  const ms = days * DAY_MS;
  const date = ms > HORIZON_MS ? null : new Date(now.getTime() + ms).toISOString().slice(0, 10);
  return { days, date };
}

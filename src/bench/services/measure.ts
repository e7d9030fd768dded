/** The parts of the bench of Services. Rates are answers a second of one client, times ns. */
import { setTimeout as sleep } from 'node:timers/promises';
import { BenchError } from '../bench-error.ts';
import type { BenchContext } from '../context.ts';
import { type BedOptions, type Implementation, ServiceBed } from './service-bed.ts';

/** The first block after another load is thrown away: caches, connection tracking. */
const WARM_UP_MS = 500;
const LOOK_MS = 20;

export interface RatesPlan {
  /** What is dialled in turn, of all Services. */
  readonly dialled: number;
  readonly rounds: number;
  readonly blockMs: number;
}

/** Rates of one implementation, a block each; blocks of all are interleaved. */
export interface Rates {
  readonly name: Implementation;
  readonly blocks: readonly number[];
}

/** Clocks every bed in turn and back again (ABC CBA), so that a drift of the machine cancels. */
export async function measureRates(
  beds: readonly ServiceBed[],
  { dialled, rounds, blockMs }: RatesPlan,
  { signal }: BenchContext,
): Promise<Rates[]> {
  const measured = beds.map((bed) => ({ bed, blocks: [] as number[] }));
  for (const bed of beds) await bed.crr(WARM_UP_MS, dialled);
  for (let round = 0; round < rounds; round++) {
    for (const { bed, blocks } of [...measured, ...measured.toReversed()]) {
      signal.throwIfAborted();
      blocks.push(await bed.crr(blockMs, dialled));
    }
  }
  return measured.map(({ bed, blocks }) => ({ name: bed.implementation, blocks }));
}

/** Changes of Services at a size: from the request until every node has them. */
export interface Changes {
  readonly name: Implementation;
  /** Undefined: kube-proxy's own, or none. */
  readonly minSyncPeriod: string | undefined;
  readonly services: number;
  /** Of every node; failures at their deadline. */
  readonly programmed: readonly number[];
  readonly removed: readonly number[];
  readonly failed: number;
}

/** Changes one after the other, each when the one before has arrived everywhere. */
export async function measureChanges(
  bed: ServiceBed,
  count: number,
  options: Pick<Changes, 'services' | 'minSyncPeriod'>,
  { signal }: BenchContext,
): Promise<Changes> {
  const first = bed.samples.length;
  for (let change = 0; change < count; change++) {
    signal.throwIfAborted();
    await bed.change();
  }
  const own = bed.samples.slice(first);
  const of = (metric: string): number[] => own.filter((each) => each.metric === metric).map(({ ns }) => ns);
  return {
    name: bed.implementation,
    ...options,
    programmed: of('service.programmed'),
    removed: of('service.removed'),
    failed: own.filter(({ ok }) => !ok).length,
  };
}

/** An agent that finds so many Services when it starts. */
export interface Loaded {
  readonly services: number;
  readonly endpoints: number;
  /** From its first list until its maps were complete. */
  readonly loadNs: number;
  /** Resident memory afterwards, bytes. */
  readonly rssBytes: number;
}

/**
 * The agent of a node is taken down while Services are made, so that it finds all of them in the API and none in the
 * kernel when it is back.
 * @throws BenchError too-slow when they are not made while it is down
 */
export async function measureLoad(
  services: number,
  downMs: number,
  options: BedOptions,
  context: BenchContext,
): Promise<Loaded> {
  await using bed = await ServiceBed.open(options, context);
  const node = bed.lab.nodes[0]!;
  const deadline = Date.now() + downMs;
  const down = bed.lab.kill('agent', node, downMs);
  await bed.fill(services);
  if (Date.now() > deadline) {
    throw new BenchError('too-slow', `Expected ${services} Services within ${downMs / 1000} s`);
  }
  await down;
  for (;;) {
    context.signal.throwIfAborted();
    const costs = await bed.lab.serviceCosts().catch(() => []);
    const loadNs = costs.find((each) => each.node === node)?.loadNs;
    if (loadNs !== undefined) {
      const agent = (await bed.lab.processes()).find(({ name }) => name === `agent-${node}`);
      return { services, endpoints: 5, loadNs, rssBytes: agent?.rssBytes ?? 0 };
    }
    await sleep(LOOK_MS);
  }
}

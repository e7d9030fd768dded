import { ConditionProbe, type Fingerprint, identify } from '../../measure/index.ts';
import type { GeneratorLimit, TrafficPrograms } from '../../traffic/index.ts';
import { BenchLabs, type Prepare } from '../bench-labs.ts';
import type { BenchContext } from '../context.ts';
import {
  type Changes,
  type Loaded,
  measureChanges,
  measureLoad,
  measureRates,
  type Rates,
  type RatesPlan,
} from './measure.ts';
import { type Implementation, ServiceBed } from './service-bed.ts';

/** How much is measured. */
export interface ServicesPlan {
  /** Services of the curve through eBPF, the least first; the last is the size of everything else. */
  readonly counts: readonly number[];
  readonly rates: RatesPlan;
  /** What is held against direct connections besides eBPF. */
  readonly others: readonly Implementation[];
  /** Services that are made and whose endpoint is replaced, of each implementation. */
  readonly changes: number;
  /** Of kube-proxy, which takes a second or more for each. */
  readonly proxyChanges: number;
  /** Values of kube-proxy's minSyncPeriod besides its own. */
  readonly minSyncPeriods: readonly string[];
  /** How long an agent is down while all Services are made. */
  readonly downMs: number;
  readonly generatorMs: number;
}

/** All that docs/services.md shows: at least 300 samples of everything whose p99 has a target. */
export const SERVICES_FULL: ServicesPlan = {
  counts: [1, 10, 100, 1000, 5000, 10_000],
  rates: { dialled: 100, rounds: 10, blockMs: 1000 },
  others: ['iptables-legacy', 'iptables-nft', 'nftables'],
  changes: 160,
  proxyChanges: 20,
  minSyncPeriods: ['0s'],
  downMs: 120_000,
  generatorMs: 3000,
};

/** A look in some minutes: rough figures, nothing with thousands of Services. */
export const SERVICES_QUICK: ServicesPlan = {
  counts: [1, 30, 100, 300],
  rates: { dialled: 20, rounds: 3, blockMs: 300 },
  others: ['iptables-legacy', 'nftables'],
  changes: 10,
  proxyChanges: 2,
  minSyncPeriods: [],
  downMs: 8000,
  generatorMs: 500,
};

/** Rates with so many Services, direct ones beside them. */
export interface Level {
  readonly services: number;
  readonly rates: readonly Rates[];
}

export interface ServicesResult {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly fingerprint: Fingerprint;
  readonly generator: GeneratorLimit;
  /** eBPF and direct, by Services. */
  readonly curve: readonly Level[];
  /** All of them at the largest size. */
  readonly all: Level;
  readonly changes: readonly Changes[];
  readonly loaded: Loaded;
  /** Replies that came from elsewhere than they should, of all that were looked at. */
  readonly misrouted: { readonly violations: number; readonly checks: number };
}

export interface ServicesSuiteOptions {
  readonly plan: ServicesPlan;
  readonly prepare: Prepare;
  readonly programs: TrafficPrograms;
  readonly progress: (step: string) => void;
  /** Ends the suite early: it throws the signal's reason, and its labs are taken down. */
  readonly signal: AbortSignal;
}

/**
 * Measures what Services cost, on labs of its own that are gone afterwards.
 * @throws BenchError, LabError, TrafficError; whatever `prepare` throws
 */
export async function runServicesSuite(options: ServicesSuiteOptions): Promise<ServicesResult> {
  const { plan, prepare, programs, progress, signal } = options;
  const startedAt = new Date().toISOString();
  const probe = await ConditionProbe.start();
  await using labs = new BenchLabs(prepare);
  const context = { labs, progress, signal };
  const size = plan.counts.at(-1)!;
  progress(`${size} Services from the list into the maps`);
  const loaded = await measureLoad(size, plan.downMs, { services: 'ebpf', programs }, context);
  const side = await sideBySide(plan, size, programs, context);
  const paced = await pacedChanges(plan, size, programs, context);
  return {
    startedAt,
    endedAt: new Date().toISOString(),
    fingerprint: { identity: await identify(plan), condition: await probe.end() },
    loaded,
    ...side,
    changes: [...side.changes, ...paced],
  };
}

/** All implementations at once, each in a lab of its own, so that their blocks can take turns. */
async function sideBySide(
  plan: ServicesPlan,
  size: number,
  programs: TrafficPrograms,
  context: BenchContext,
): Promise<Pick<ServicesResult, 'generator' | 'curve' | 'all' | 'changes' | 'misrouted'>> {
  const { progress } = context;
  await using stack = new AsyncDisposableStack();
  const open = async (services: Implementation) => {
    progress(`a lab with services ${services}`);
    return stack.use(await ServiceBed.open({ services, programs }, context));
  };
  const direct = await open('none');
  const ebpf = await open('ebpf');
  progress('what the generator can do');
  const generator = await direct.traffic.generatorLimit(direct.lab.nodes[0]!, plan.generatorMs);
  // Without anything that translates more of them change nothing, so that one size does for all.
  await direct.fill(plan.rates.dialled);
  const curve: Level[] = [];
  for (const services of plan.counts) {
    progress(`${services} Services through eBPF`);
    await ebpf.fill(services);
    await ebpf.settled();
    curve.push({ services, rates: await measureRates([direct, ebpf], plan.rates, context) });
  }
  const beds = [direct, ebpf];
  for (const services of plan.others) {
    const bed = await open(services);
    progress(`${size} Services through ${services}`);
    await bed.fill(size);
    await bed.settled();
    beds.push(bed);
  }
  progress('connections through all of them, interleaved');
  const all = { services: size, rates: await measureRates(beds, plan.rates, context) };
  const changes: Changes[] = [];
  for (const bed of beds.slice(1)) {
    progress(`changes of Services through ${bed.implementation}`);
    const count = bed.implementation === 'ebpf' ? plan.changes : plan.proxyChanges;
    changes.push(await measureChanges(bed, count, { services: size, minSyncPeriod: undefined }, context));
  }
  const { violations, checks } = ebpf.misrouted;
  return { generator, curve, all, changes, misrouted: { violations, checks } };
}

/** kube-proxy at other paces than its own. */
async function pacedChanges(
  { others, minSyncPeriods, proxyChanges }: ServicesPlan,
  size: number,
  programs: TrafficPrograms,
  context: BenchContext,
): Promise<Changes[]> {
  const changes: Changes[] = [];
  for (const minSyncPeriod of minSyncPeriods) {
    for (const services of others) {
      context.progress(`changes through ${services} with minSyncPeriod ${minSyncPeriod}`);
      await using bed = await ServiceBed.open({ services, minSyncPeriod, programs }, context);
      await bed.fill(size);
      await bed.settled();
      changes.push(await measureChanges(bed, proxyChanges, { services: size, minSyncPeriod }, context));
    }
  }
  return changes;
}

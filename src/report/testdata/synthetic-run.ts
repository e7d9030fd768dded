import { mkdtemp } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { FailureClass } from '../../cni/index.ts';
import {
  AddressInvariants,
  addSamples,
  compareInventories,
  measurements,
  Recorder,
  type RunDocument,
  type RunEvent,
  RunFolder,
  type Sample,
} from '../../measure/index.ts';
import { type Random, seeded } from '../../stats/index.ts';

/** What a made-up run is to look like: the shape of a real one, from a seed. */
export interface SyntheticOptions {
  readonly pods?: number;
  readonly ratePerSecond?: number;
  /** Second (from, to) in which the agent is down and pods fail. */
  readonly outage?: readonly [number, number];
  /** One address given twice, one link left over. */
  readonly violations?: boolean;
  readonly lagNs?: number;
  readonly description?: string;
}

const START = 5e12;
const MS = 1e6;

/** A run folder with samples and events that hang together, made from a seed; removed by the caller. */
export async function syntheticFolder(options: SyntheticOptions = {}): Promise<{ path: string; run: RunDocument }> {
  const results = await mkdtemp(path.join(os.tmpdir(), 'churnlab-synthetic-'));
  const folder = RunFolder.create(results, 'pod-churn', new Date('2026-11-21T06:14:26Z'));
  const run = { ...play(options, folder), id: folder.id };
  await folder.finish(run);
  return { path: folder.path, run };
}

/** run.json of such a run, without a folder. */
export function syntheticRun(options: SyntheticOptions = {}): RunDocument {
  return play(options, undefined);
}

function play(options: SyntheticOptions, folder: RunFolder | undefined): RunDocument {
  const { pods = 6000, ratePerSecond = 300 } = options;
  const random = seeded(11);
  const recorder = new Recorder(folder ? { sink: folder } : {});
  recorder.beginPhase('churn', START, 10e9);
  const invariants = new AddressInvariants({ pools: ['10.20.0.0/16'], cooldownNs: 1e9 });
  const events: RunEvent[] = [
    { kind: 'run.started', at: START, utc: '2026-11-21T06:14:26.000Z', scenario: 'pod-churn', planned: pods },
    { kind: 'phase.started', at: START, phase: 'churn', planned: pods, deadlineNs: 10e9 },
  ];
  const alive: (readonly [at: number, change: number])[] = [];
  const free = Array.from({ length: 8000 }, (_, i) => `10.20.${i >> 8}.${i & 255}`);
  const failed: Partial<Record<FailureClass, number>> = {};
  let at = START;
  for (let i = 0; i < pods; i++) {
    at += Math.round((-Math.log(1 - random.float()) / ratePerSecond) * 1e9);
    const pod = `default/churn-${String(i).padStart(6, '0')}`;
    const node = `n${1 + (i % 4)}`;
    const base = { node, pod };
    const second = (at - START) / 1e9;
    const add = addCall(random, second);
    const down = options.outage && second >= options.outage[0] && second < options.outage[1];
    const append = (sample: Sample) => recorder.append(sample);
    append({ ...base, metric: 'harness.lag', ns: lognormal(random, (options.lagNs ?? 2e5) / 4, 0.7), at, ok: true });
    if (down) {
      const reason = random.float() < 0.8 ? 'agent-down' : 'timeout';
      failed[reason] = (failed[reason] ?? 0) + 1;
      for (const metric of ['cni.add', 'pod.sandbox', 'pod.ready'] as const) {
        append({ ...base, metric, ns: 11 * MS, at, ok: false, class: reason });
      }
      continue;
    }
    const scheduled = lognormal(random, 1.1 * MS, 0.35);
    append({ ...base, metric: 'pod.scheduled', ns: scheduled, at, ok: true });
    for (const sample of addSamples({ ...base, ns: add.whole, at: at + scheduled }, add.parts)) append(sample);
    const sandbox = scheduled + add.whole + lognormal(random, 1.6 * MS, 0.3);
    append({ ...base, metric: 'pod.sandbox', ns: sandbox, at, ok: true });
    append({ ...base, metric: 'pod.ready', ns: sandbox + lognormal(random, 1.2 * MS, 0.4), at, ok: true });
    const lifetime = lognormal(random, 5e9, 0.6);
    const gone = at + sandbox + lifetime;
    append({ ...base, metric: 'cni.del', ns: lognormal(random, 0.9 * MS, 0.4), at: gone, ok: true });
    append({ ...base, metric: 'pod.gone', ns: lognormal(random, 4 * MS, 0.4), at: gone, ok: true });
    const address = options.violations && i === 100 ? '10.20.0.42' : free[i % free.length]!;
    events.push({ kind: 'address.granted', at: at + sandbox, address, owner: pod, node });
    events.push({ kind: 'address.released', at: gone, asked: gone - MS, address, owner: pod, node });
    alive.push([at + sandbox, 1], [gone, -1]);
  }
  if (options.outage) events.push({ kind: 'fault', at: START + options.outage[0] * 1e9, text: 'kill agent', node: 'n2' });
  const end = alive.reduce((latest, [time]) => Math.max(latest, time), START);
  events.push(...progressEvents(alive, end, pods, failed), { kind: 'run.ended', at: end });
  events.sort((a, b) => a.at - b.at);
  for (const event of events) {
    folder?.event(event);
    if (event.kind === 'address.granted' || event.kind === 'address.released') invariants.observe(event);
  }
  const left = { veth: options.violations ? ['lxc7f3a on n3, index 214'] : [], routes: [], netns: [], 'map-entries': [] };
  const lost = Object.values(failed).reduce((sum, count) => sum + count, 0);
  const last = recorder.find('harness.lag')!;
  return {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'Run',
    format: 1,
    id: '20261121T061426Z-pod-churn-5eed00',
    scenario: {
      name: 'pod-churn',
      description: options.description ?? 'Thousands of short-lived pods; how long each waits for its address.',
      file: 'scenarios/pod-churn.yaml',
      source: SOURCE,
      changed: [`phases.churn.pods: ${pods} (20000 in the scenario)`],
      asRun: { name: 'pod-churn', phases: [{ name: 'churn', pods }, { name: 'drain' }] },
    },
    lab: { substrate: 'netns', nodes: 4, network: 'churnlab', services: 'ebpf', ipam: 'cluster-pool' },
    startedAt: '2026-11-21T06:14:26.000Z',
    endedAt: '2026-11-21T06:15:02.000Z',
    clock: { source: 'CLOCK_MONOTONIC', startNs: START, endNs: end, zeroUnixNs: 1.7e18, errorNs: 0 },
    load: {
      mode: 'open',
      planned: pods,
      started: pods,
      dropped: 0,
      late: 3,
      lateAfterNs: 5 * MS,
      completed: pods - lost,
      failed: lost,
      durationNs: at - START,
      lag: { p50: last.histogram.quantile(0.5), p99: last.histogram.quantile(0.99), max: last.histogram.quantile(1) },
    },
    fingerprint: FINGERPRINT,
    ...measurements(recorder, { startNs: START, endNs: end, gated: ['cni.add', 'pod.sandbox'] }),
    invariants: [
      ...invariants.results(),
      ...compareInventories({ veth: [], routes: [], netns: [], 'map-entries': [] }, left, { at: end, settledNs: 2e9 }),
    ],
    gates: GATES,
    warnings: [],
  };
}

/** One ADD: a fast path, a queue that fills in the middle of the run, and now and then a slow netlink batch. */
function addCall(random: Random, second: number) {
  const busy = second > 8 && second < 12 ? 6 : 1;
  const parts = {
    exec: lognormal(random, 0.42 * MS, 0.15),
    queue: lognormal(random, 0.05 * MS * busy, 0.8),
    ipam: lognormal(random, 0.006 * MS, 0.3),
    link: lognormal(random, 0.55 * MS, 0.25) * (random.float() < 0.01 ? 8 : 1),
    addr: lognormal(random, 0.12 * MS, 0.2),
    map: lognormal(random, 0.01 * MS, 0.3),
    persist: lognormal(random, 0.2 * MS, 0.5),
  };
  const other = lognormal(random, 0.09 * MS, 0.3);
  return { parts, whole: Object.values(parts).reduce((sum, ns) => sum + ns, other) };
}

function progressEvents(
  changes: (readonly [at: number, change: number])[],
  end: number,
  planned: number,
  failed: Partial<Record<FailureClass, number>>,
): RunEvent[] {
  const sorted = [...changes].sort(([a], [b]) => a - b);
  const events: RunEvent[] = [];
  let [alive, started, next] = [0, 0, 0];
  for (let at = START + 1e9; at < end + 1e9; at += 1e9) {
    const before = started;
    for (; next < sorted.length && sorted[next]![0] < at; next++) {
      const change = sorted[next]![1];
      alive += change;
      if (change > 0) started++;
    }
    const progress = {
      started,
      planned,
      alive,
      ratePerSecond: started - before,
      late: 3,
      dropped: 0,
      failed,
      remainingNs: Math.max(0, end - at),
      quantiles: { 'pod.sandbox': { p50: 4.1 * MS, p99: 9.3 * MS }, 'cni.add': { p50: 1.5 * MS, p99: 3.8 * MS } },
    };
    events.push({ kind: 'progress', at, progress });
  }
  return events;
}

/** Of this median; sigma of the logarithm. By Box and Muller. */
function lognormal(random: Random, median: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.float())) * Math.cos(2 * Math.PI * random.float());
  return Math.round(median * Math.exp(sigma * normal));
}

const NOISE = { rounds: 2400, p50: 81_300, p99: 132_000, max: 3_100_000 };

const FINGERPRINT: RunDocument['fingerprint'] = {
  identity: {
    kernel: '6.18.0',
    arch: 'x64',
    cpu: 'Example CPU @ 2.60GHz',
    cores: 2,
    memoryBytes: 24 * 2 ** 30,
    node: '24.21.0',
    churnlab: '0.1.0',
    commit: '8e02a3ad9f1c6b0e3c5c2f3f0f4f1f1d6c6b5a49',
    dirty: false,
    configuration: 'b5bb9d8014a0f9b1d61e21e796d78dccdf1352f23cd32812f4850b878ae4944c',
  },
  condition: {
    stealShare: 0.002,
    loadBefore: 0.4,
    loadAfter: 1.6,
    noiseBefore: NOISE,
    noiseAfter: { ...NOISE, p50: 82_000 },
    loopLag: { p50: 80_000, p99: 1_200_000, max: 4_600_000 },
  },
};

const GATES: RunDocument['gates'] = [
  {
    kind: 'metric',
    metric: 'cni.add',
    quantile: 'p99',
    max: { value: 20 * MS, unit: 'ns', text: '20ms' },
    because: "a pod's network must not be its start-up",
  },
  { kind: 'metric', metric: 'pod.sandbox', quantile: 'p50', max: { value: 50 * MS, unit: 'ns', text: '50ms' } },
  { kind: 'rate', rate: 'failed', max: { value: 0.01, unit: 'share', text: '1%' } },
  { kind: 'invariants', invariants: 'all' },
];

const SOURCE = `apiVersion: churnlab.dev/v1alpha1
kind: Scenario
metadata:
  name: pod-churn
  description: Thousands of short-lived pods; how long each waits for its address.
spec:
  seed: 7
  lab: { nodes: 4, network: churnlab }
  phases:
    - name: churn
      pods: 20000
      arrivals: { process: poisson, rate: 300/s }
      lifetime: { distribution: lognormal, mean: 6s, p99: 20s }
    - name: drain
  gates:
    - { metric: cni.add, quantile: p99, max: 20ms, because: a pod's network must not be its start-up }
    - { invariants: all }
`;

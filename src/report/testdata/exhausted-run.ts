import type { ExhaustionResult, IpamSample, RunDocument, RunEvent, Sample } from '../../measure/index.ts';
import { seeded } from '../../stats/index.ts';
import { syntheticRun } from './synthetic-run.ts';

const START = 5e12;
const S = 1e9;
const MS = 1e6;
const NODES = 4;
const PER_NODE = 62;
const CAPACITY = NODES * PER_NODE;

export interface ExhaustedRun {
  readonly run: RunDocument;
  readonly events: readonly RunEvent[];
  readonly samples: readonly Sample[];
}

/**
 * A made-up run that fills 248 addresses at 20 pods a second, is refused from then on, releases a tenth after 18 s,
 * gets another CIDR after 24 s, loses its agent for a moment, and drains after 30 s: the shape of pod-ip-exhaustion.
 */
export function exhaustedRun(): ExhaustedRun {
  const random = seeded(5);
  const events: RunEvent[] = [
    { kind: 'run.started', at: START, utc: '2026-11-21T06:14:26.000Z', scenario: 'pod-ip-exhaustion', planned: 400 },
    { kind: 'phase.started', at: START, phase: 'fill', planned: 400, deadlineNs: 10 * S },
    { kind: 'phase.started', at: START + 30 * S, phase: 'drain', planned: 0, deadlineNs: 10 * S },
    { kind: 'change', at: START + 24 * S, text: 'growPool default 10.31.0.0/26' },
    { kind: 'release', at: START + 18 * S, subject: 'pod', count: 25 },
    { kind: 'fault', at: START + 8 * S, text: 'kill agent', node: 'n2' },
  ];
  const samples: Sample[] = [];
  const grant = (pod: number, at: number) => {
    const ns = Math.round((1.2 + random.float() + (pod % 50 === 0 ? 6 : 0)) * MS);
    const node = `n${1 + (pod % NODES)}`;
    samples.push({ metric: 'cni.add', ns, at: at - ns, ok: true, node, pod: `default/fill-${pod}` });
    events.push({ kind: 'address.granted', at, address: `10.20.0.${pod}`, owner: `fill-${pod}`, node });
  };
  const release = (pod: number, at: number) => {
    const ns = Math.round((0.6 + random.float() / 2) * MS);
    const node = `n${1 + (pod % NODES)}`;
    samples.push({ metric: 'cni.del', ns, at: at - ns, ok: true, node, pod: `default/fill-${pod}` });
    events.push({ kind: 'address.released', at, asked: at - ns, address: `10.20.0.${pod}`, owner: `fill-${pod}`, node });
  };
  const refuse = (pod: number, at: number) => {
    const ns = Math.round((0.3 + random.float() / 5) * MS);
    samples.push({ metric: 'cni.add', ns, at, ok: false, class: 'pool-full', node: 'n1', pod: `default/fill-${pod}` });
  };
  const arrival = (pod: number) => START + pod * 50 * MS;
  for (let pod = 0; pod < CAPACITY; pod++) grant(pod, arrival(pod) + 2 * MS);
  for (let pod = CAPACITY; pod < 400; pod++) {
    const served = pod < CAPACITY + 25 ? START + 18 * S + (pod - CAPACITY + 1) * 2 * MS : START + 24 * S + pod * MS;
    const lucky = pod < CAPACITY + 25 + PER_NODE;
    for (let at = arrival(pod); at < (lucky ? served : START + 30 * S); at += S) refuse(pod, at);
    if (lucky) grant(pod, Math.max(served, arrival(pod) + 2 * MS));
  }
  for (let pod = 0; pod < 25; pod++) release(pod, START + 18 * S + pod * 0.2 * MS);
  for (let pod = 25; pod < CAPACITY + 25 + PER_NODE; pod++) release(pod, START + 30 * S + pod * 4 * MS);
  events.push(...ipamEvents(events));
  events.push({ kind: 'run.ended', at: START + 33 * S });
  events.sort((a, b) => a.at - b.at);
  const base = syntheticRun({ pods: 400, ratePerSecond: 20 });
  const run: RunDocument = {
    ...base,
    scenario: { ...base.scenario, name: 'pod-ip-exhaustion', description: 'More pods than addresses.', changed: [] },
    clock: { ...base.clock, startNs: START, endNs: START + 33 * S },
    phases: [
      { name: 'fill', startNs: START, deadlineNs: 10 * S },
      { name: 'drain', startNs: START + 30 * S, deadlineNs: 10 * S },
    ],
    exhaustion: EXHAUSTION,
  };
  return { run, events, samples };
}

/** What the pools hold at every second, from the grants and releases themselves. */
function ipamEvents(events: readonly RunEvent[]): RunEvent[] {
  const views: RunEvent[] = [];
  for (let second = 0; second <= 33; second++) {
    const at = START + second * S;
    const grown = second >= 24;
    const before = (kind: RunEvent['kind']) => events.filter((event) => event.kind === kind && event.at <= at).length;
    const used = before('address.granted') - before('address.released');
    const capacity = CAPACITY + (grown ? 2 * PER_NODE : 0);
    const pieces = { total: capacity / PER_NODE, used: NODES + (grown ? 1 : 0) };
    const asked = Math.min(400, second * 20);
    const waitingPods = second < 30 ? Math.max(0, asked - before('address.granted')) : 0;
    const view: IpamSample = {
      pools: [
        {
          pool: 'default',
          family: 'ipv4',
          capacity,
          reserved: pieces.used * PER_NODE,
          used,
          cooling: second === 18 ? 10 : 0,
          nodeCidrs: pieces,
        },
      ],
      waitingNodes: second > 14 && second < 24 ? 2 : 0,
      waitingPods,
    };
    views.push({ kind: 'ipam', at, view });
  }
  return views;
}

const EXHAUSTION: ExhaustionResult = {
  firstRefusal: {
    atNs: START + 12.4 * S,
    phase: 'fill',
    subject: 'pod',
    name: 'default/fill-000248',
    node: 'n1',
    pool: 'default',
    class: 'pool-full',
    message: 'allocate default/fill-000248: no address is left in 10.20.0.0/26 (62 of 62 used)',
    alive: 248,
  },
  refusals: [
    { class: 'pool-full', attempts: 1204, subjects: 152, firstNs: START + 12.4 * S, lastNs: START + 29.9 * S },
    { class: 'cooldown', attempts: 12, subjects: 9, firstNs: START + 18 * S, lastNs: START + 18.4 * S },
  ],
  retries: { p50: 6, p99: 17, max: 17 },
  starved: {
    served: 87,
    never: 65,
    waitP50Ns: 8.4 * S,
    waitP99Ns: 17.1 * S,
    longestNs: 17.5 * S,
    examples: [
      { name: 'default/fill-000335', waitedNs: 13.2 * S, served: false },
      { name: 'default/fill-000273', waitedNs: 10.6 * S, served: true },
    ],
  },
  releases: [
    {
      phase: 'fill',
      atNs: START + 18 * S,
      released: 25,
      reused: 25,
      firstReuseNs: 2 * MS,
      p50ReuseNs: 26 * MS,
      p99ReuseNs: 50 * MS,
    },
  ],
  pools: [
    {
      pool: 'default',
      asked: 400,
      served: 335,
      never: 65,
      waitP50Ns: 2 * MS,
      waitP99Ns: 17.1 * S,
      fairness: 0.998,
      peakReserved: 310,
      peakUsed: 310,
      usableShareOfFree: null,
    },
  ],
};

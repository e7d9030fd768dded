import { CNI_ADD_PARTS, type CniAddPart, type Sample } from '../../measure/index.ts';

/** What a pod waits for one after the other; the parts of ADD stand in the order in which the agent does them. */
export const WAIT_STEPS = ['scheduling', 'runtime', ...CNI_ADD_PARTS, 'status', 'ready'] as const;
export type WaitStep = (typeof WAIT_STEPS)[number];

/** One pod from its intended start on. */
export interface PodWait {
  readonly pod: string;
  readonly node: string;
  /** `slowest`, or the quantile that it stands for: `p50`. */
  readonly standing: string;
  readonly steps: readonly { readonly step: WaitStep; readonly fromNs: number; readonly toNs: number }[];
  /** Until the pod was ready; of a bare call until it was answered. */
  readonly totalNs: number;
}

const SLOWEST = 6;
const TYPICAL = [0.25, 0.5, 0.75, 0.9, 0.99] as const;

interface Known {
  readonly pod: string;
  node: string;
  intended?: number;
  scheduled?: number;
  sandbox?: number;
  ready?: number;
  addAt?: number;
  add?: number;
  parts?: Partial<Record<CniAddPart, number>>;
}

/**
 * Puts together what single pods waited for: the slowest ones and some typical ones. Expects the whole calls before
 * their parts, as a run folder has them: the parts are kept of the chosen pods alone.
 */
export class PodWaits {
  readonly #pods = new Map<string, Known>();
  #chosen: Map<string, { readonly known: Known; readonly standing: string }> | undefined;

  onSample(sample: Sample): void {
    if (!sample.ok || sample.pod === undefined || sample.labels !== undefined) return;
    const { metric, ns, at } = sample;
    switch (metric) {
      case 'pod.scheduled':
        this.#of(sample).scheduled = ns;
        break;
      case 'pod.sandbox':
        Object.assign(this.#of(sample), { sandbox: ns, intended: at });
        break;
      case 'pod.ready':
        this.#of(sample).ready = ns;
        break;
      case 'cni.add':
        Object.assign(this.#of(sample), { add: ns, addAt: at, node: sample.node ?? '' });
        break;
      default:
        if (metric.startsWith('cni.add.')) this.#addPart(sample, metric.slice(8) as CniAddPart);
    }
  }

  /** Slowest first; none when no call has its parts stamped. */
  waits(): PodWait[] {
    return [...(this.#chosen ?? [])]
      .map(([, { known, standing }]) => waitOf(known, standing))
      .filter((wait) => wait !== undefined);
  }

  #of({ pod, node }: Sample): Known {
    const name = shortName(pod!);
    let known = this.#pods.get(name);
    if (known === undefined) {
      known = { pod: name, node: node ?? '' };
      this.#pods.set(name, known);
    }
    return known;
  }

  #addPart({ pod, at, ns }: Sample, part: CniAddPart): void {
    this.#chosen ??= this.#choose();
    const known = this.#chosen.get(shortName(pod!))?.known;
    // A pod may have had several ADDs: the parts are those of the one that is shown.
    if (known?.addAt === at) known.parts = { ...known.parts, [part]: ns };
  }

  #choose(): Map<string, { readonly known: Known; readonly standing: string }> {
    const called = [...this.#pods.values()].filter(({ add }) => add !== undefined);
    // Where pods are waited for, one whose address never showed up in time is no quick one.
    const served = called.filter(({ sandbox }) => sandbox !== undefined);
    const sorted = (served.length > 0 ? served : called).sort((a, b) => totalOf(b) - totalOf(a));
    const chosen = new Map(
      sorted.slice(0, SLOWEST).map((known) => [known.pod, { known, standing: 'slowest' }]),
    );
    for (const quantile of TYPICAL.toReversed()) {
      const known = sorted[Math.round((sorted.length - 1) * (1 - quantile))];
      if (known && !chosen.has(known.pod))
        chosen.set(known.pod, { known, standing: `p${Math.round(quantile * 100)}` });
    }
    return chosen;
  }
}

/** Calls name a pod with its namespace, watches without: a run has one namespace. */
function shortName(pod: string): string {
  return pod.slice(pod.lastIndexOf('/') + 1);
}

function totalOf({ add = 0, sandbox = 0, ready = 0 }: Known): number {
  return Math.max(add, sandbox, ready);
}

function waitOf(known: Known, standing: string): PodWait | undefined {
  const { pod, node, add, addAt, parts, intended, scheduled, sandbox, ready } = known;
  if (parts === undefined || add === undefined || addAt === undefined) return undefined;
  const begin = intended === undefined ? 0 : addAt - intended;
  const ends: (readonly [WaitStep, number])[] = [];
  // The watch may tell of the node only after the runtime has begun.
  if (intended !== undefined) {
    ends.push(['scheduling', Math.min(scheduled ?? 0, begin)], ['runtime', begin]);
  }
  let at = begin;
  for (const part of CNI_ADD_PARTS) {
    at += parts[part] ?? 0;
    ends.push([part, at]);
  }
  if (sandbox !== undefined) ends.push(['status', sandbox]);
  if (ready !== undefined) ends.push(['ready', ready]);
  let from = intended === undefined ? begin : 0;
  const steps = ends.flatMap(([step, end]) => {
    if (end <= from) return [];
    const fromNs = from;
    from = end;
    return [{ step, fromNs, toNs: end }];
  });
  return { pod, node, standing, steps, totalNs: from };
}

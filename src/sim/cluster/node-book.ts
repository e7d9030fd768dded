import type { FailureClass } from '../../cni/index.ts';
import type { Cidr } from '../../ip/index.ts';
import type { Recorder } from '../../measure/index.ts';
import type { ReleaseTally } from '../node/pod-book.ts';
import { Timeline } from '../timeline.ts';
import type { VirtualClock } from '../virtual-clock.ts';
import { Waits } from '../waits.ts';
import type { ClusterObserver } from './cluster.ts';

/** What the lab's own nodes come in; all others are hollow. */
export const UP = 'up';

/** A node that has come. */
interface Known {
  readonly phase: string;
  /** When it came, ns of virtual time. */
  readonly since: number;
  attempts: number;
  refusal: FailureClass | undefined;
  served: boolean;
  readonly onServed: () => void;
}

/** What happens to nodes: how long each waits for its CIDR, who was refused, what was given back. */
export class NodeBook implements ClusterObserver {
  /** Nodes that have their CIDRs. */
  readonly withCidrs = new Timeline();
  /** CIDRs in nodes' objects, by pool and family. */
  readonly #held = new Map<string, Timeline>();
  readonly waiting = new Timeline();
  readonly waits = new Waits();
  readonly #clock: VirtualClock;
  readonly #recorder: Recorder;
  readonly #onServed: (node: string, cidrs: readonly Cidr[], pool: string | undefined) => void;
  readonly #nodes = new Map<string, Known>();
  readonly #freed: { readonly at: number; readonly by: ReleaseTally | undefined }[] = [];
  /** By phase. */
  readonly #without = new Map<string, number>();
  #refused = 0;
  /** Nodes that are not the lab's own. */
  hollowCount = 0;
  /** Of those, the ones that left without CIDRs. */
  gaveUp = 0;

  constructor(
    clock: VirtualClock,
    recorder: Recorder,
    onServed: (node: string, cidrs: readonly Cidr[], pool: string | undefined) => void,
  ) {
    this.#clock = clock;
    this.#recorder = recorder;
    this.#onServed = onServed;
  }

  /** Nodes of a phase that have no CIDR yet. */
  withoutIn(phase: string): number {
    return this.#without.get(phase) ?? 0;
  }

  /** A node has come; `onServed` is called when it has its CIDRs. */
  joined(node: string, phase: string, since: number, onServed: () => void = () => {}): void {
    this.#nodes.set(node, { phase, since, attempts: 1, refusal: undefined, served: false, onServed });
    this.#count(phase, 1);
    if (phase !== UP) this.hollowCount++;
  }

  held(pool: string, { family }: Cidr, change: 1 | -1): void {
    this.heldOf(pool, family).add(this.#clock.ns, change);
  }

  /** CIDRs of a pool and family in nodes' objects over time. */
  heldOf(pool: string, family: Cidr['family']): Timeline {
    const key = `${pool} ${family}`;
    const timeline = this.#held.get(key) ?? new Timeline();
    this.#held.set(key, timeline);
    return timeline;
  }

  served(node: string, cidrs: readonly Cidr[], pool?: string): void {
    const known = this.#nodes.get(node);
    if (known === undefined || known.served) return;
    const at = this.#clock.ns;
    known.served = true;
    this.#count(known.phase, -1);
    this.withCidrs.add(at, 1);
    this.#recorder.append({
      metric: 'ipam.node_cidr',
      ns: at - known.since,
      at: known.since,
      ok: true,
      node,
    });
    if (known.refusal !== undefined) {
      this.#ended(node, known, true);
      const freed = this.#freed.shift();
      if (freed) {
        const ns = at - freed.at;
        this.#recorder.append({ metric: 'ipam.reuse', ns, at: freed.at, ok: true, node });
        freed.by?.reuse.push(ns);
      }
    }
    this.#onServed(node, cidrs, pool);
    known.onServed();
  }

  refused(node: string, cause: FailureClass, message: string): void {
    const known = this.#nodes.get(node);
    if (known === undefined || known.served) return;
    const at = this.#clock.ns;
    const first = known.refusal === undefined;
    if (first) {
      this.#refused++;
      this.waiting.add(at, 1);
    } else known.attempts++;
    known.refusal = cause;
    const { phase } = known;
    this.waits.refused(at, cause, first, () => ({
      ...{ atNs: at, phase, subject: 'node', name: node, class: cause, message },
    }));
  }

  /** Whether the node has its CIDRs. */
  isServed(node: string): boolean {
    return this.#nodes.get(node)?.served ?? false;
  }

  /** Names of those nodes, the oldest first. */
  names(
    which: (node: {
      readonly phase: string;
      readonly isHollow: boolean;
      readonly served: boolean;
    }) => boolean,
  ) {
    return Array.from(this.#nodes)
      .filter(([, { phase, served }]) => which({ phase, served, isHollow: phase !== UP }))
      .map(([name]) => name);
  }

  /** The node is deleted: by `by`, or because it has waited for too long. */
  left(node: string, by?: ReleaseTally): void {
    const known = this.#nodes.get(node);
    if (known === undefined) return;
    this.#nodes.delete(node);
    const at = this.#clock.ns;
    if (known.served) {
      this.withCidrs.add(at, -1);
      if (this.#refused > 0) this.#freed.push({ at, by });
      return;
    }
    this.#count(known.phase, -1);
    this.gaveUp++;
    const failure = known.refusal ?? 'timeout';
    this.#recorder.append({
      ...{ metric: 'ipam.node_cidr', ns: at - known.since, at: known.since, ok: false, node },
      class: failure,
    });
    if (known.refusal !== undefined) this.#ended(node, known, false);
  }

  #count(phase: string, delta: number): void {
    this.#without.set(phase, this.withoutIn(phase) + delta);
  }

  #ended(node: string, { since, attempts }: Known, served: boolean): void {
    this.#refused--;
    this.waiting.add(this.#clock.ns, -1);
    this.waits.ended(this.#clock.ns - since, attempts, served, () => node);
  }
}

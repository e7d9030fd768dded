import type { IpamSample, Progress, RunEvent } from '../../measure/index.ts';

/** Values kept for plots: more than the widest terminal shows. */
const KEPT = 240;

/** One value a second, the newest last; undefined where there was none. */
export type Track = readonly (number | undefined)[];

/** What is known of a run so far, from its events. */
export class LiveState {
  startNs: number | undefined;
  /** Of the newest event. */
  nowNs = 0;
  phase = '';
  progress: Progress | undefined;
  pools: IpamSample | undefined;
  readonly #tracks = new Map<string, (number | undefined)[]>();
  #length = 0;
  #failed = 0;

  onEvent(event: RunEvent): void {
    this.startNs ??= event.at;
    this.nowNs = Math.max(this.nowNs, event.at);
    if (event.kind === 'phase.started') this.phase = event.phase;
    if (event.kind === 'progress') this.#follow(event.progress);
    if (event.kind !== 'ipam') return;
    this.pools = event.view;
    this.#push('fill', fullestPool(event.view)?.fill);
  }

  get elapsedNs(): number {
    return this.nowNs - (this.startNs ?? this.nowNs);
  }

  /** How a number went: `rate`, `alive`, `failed`, `fill`, or the p99 of a metric by its name. */
  track(name: string): Track {
    return this.#tracks.get(name) ?? [];
  }

  #follow(progress: Progress): void {
    this.progress = progress;
    const failed = failedOf(progress);
    this.#push('rate', progress.ratePerSecond);
    this.#push('alive', progress.alive);
    this.#push('failed', failed - this.#failed);
    for (const [name, quantiles] of Object.entries(progress.quantiles))
      this.#push(name, quantiles?.last?.p99);
    this.#failed = failed;
    this.#length++;
  }

  #push(name: string, value: number | undefined): void {
    const track = this.#tracks.get(name) ?? new Array<undefined>(Math.min(KEPT, this.#length));
    track.push(value);
    if (track.length > KEPT) track.shift();
    this.#tracks.set(name, track);
  }
}

export function failedOf({ failed }: Progress): number {
  return Object.values(failed).reduce((sum, count) => sum + count, 0);
}

/** The pool with the largest share of the addresses in nodes' CIDRs in use. */
export function fullestPool(view: IpamSample | undefined) {
  const pools = (view?.pools ?? []).filter(({ reserved }) => reserved > 0);
  const fills = pools.map((pool) => ({ ...pool, fill: (pool.used + pool.cooling) / pool.reserved }));
  return fills.sort((a, b) => b.fill - a.fill)[0];
}

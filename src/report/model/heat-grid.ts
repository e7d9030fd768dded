import {
  type MetricName,
  metric,
  type RunDocument,
  type Sample,
  seriesKey,
  type WindowSeries,
} from '../../measure/index.ts';
import type { Unit } from '../../stats/index.ts';

/** Rows to a factor of ten: each is a quarter wider than the one below. */
const PER_DECADE = 10;
/** Windows that a plot has room for; of a longer run several seconds share one. */
const MAX_COLUMNS = 280;

/** How many operations took how long, by when they arrived. */
export interface HeatMap {
  readonly key: string;
  readonly unit: Unit;
  readonly columnNs: number;
  /** Lower ends of the rows in the unit, and the upper end of the last. */
  readonly edges: readonly number[];
  /** By column, then by row from the lowest value up. */
  readonly counts: readonly (readonly number[])[];
  /** Failed or pending, by column: how long they took says nothing of how long the work takes. */
  readonly unsuccessful: readonly number[];
}

/** Counts the samples of one series into columns of time and rows of values, as they come. */
export class HeatGrid {
  readonly #windows: WindowSeries;
  readonly #key: string;
  readonly #columnNs: number;
  readonly #rows: Map<number, number>[];
  readonly #unsuccessful: number[];

  /** `windows` say which series, and from when to when. */
  constructor(windows: WindowSeries) {
    const merged = Math.ceil(windows.count.length / MAX_COLUMNS);
    const columns = Math.ceil(windows.count.length / merged);
    this.#windows = windows;
    this.#key = seriesKey(windows.metric, windows.labels);
    this.#columnNs = merged * windows.widthNs;
    this.#rows = Array.from({ length: columns }, () => new Map());
    this.#unsuccessful = new Array(columns).fill(0);
  }

  onSample({ metric: name, labels, at, ns, ok }: Sample): void {
    const { startNs, metric: wanted } = this.#windows;
    if (name !== wanted || (labels ? seriesKey(name, labels) : name) !== this.#key) return;
    const last = this.#rows.length - 1;
    const column = Math.min(last, Math.max(0, Math.floor((at - startNs) / this.#columnNs)));
    if (!ok) this.#unsuccessful[column]!++;
    // A logarithmic axis has no place for zero.
    if (!ok || ns <= 0) return;
    const row = Math.floor(Math.log10(ns) * PER_DECADE);
    const rows = this.#rows[column]!;
    rows.set(row, (rows.get(row) ?? 0) + 1);
  }

  /** Undefined when nothing was counted. */
  map(): HeatMap | undefined {
    const known = this.#rows.flatMap((rows) => [...rows.keys()]);
    if (known.length === 0) return undefined;
    const low = known.reduce((a, b) => Math.min(a, b));
    const high = known.reduce((a, b) => Math.max(a, b));
    const numbers = Array.from({ length: high - low + 1 }, (_, i) => low + i);
    return {
      key: this.#key,
      unit: metric(this.#windows.metric as MetricName).unit,
      columnNs: this.#columnNs,
      edges: [...numbers, high + 1].map((row) => 10 ** (row / PER_DECADE)),
      counts: this.#rows.map((rows) => numbers.map((row) => rows.get(row) ?? 0)),
      unsuccessful: this.#unsuccessful,
    };
  }
}

/** What a reader looks for in a heat map: what pods wait for, then what gates are on. */
export function heatWindows({ windows }: RunDocument, most = 2): WindowSeries[] {
  const whole = ({ metric: name }: WindowSeries) => name === 'pod.sandbox';
  return [...windows.filter(whole), ...windows.filter((each) => !whole(each))]
    .filter(({ count }) => count.some((n) => n > 0))
    .slice(0, most);
}

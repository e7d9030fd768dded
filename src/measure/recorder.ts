import { Histogram } from '../stats/index.ts';
import { Columns } from './columns.ts';
import { type MetricName, metric } from './metrics.ts';
import { OUTCOMES, outcomeOf, type Sample } from './sample.ts';

/** Where samples go besides memory: every one, as it was given. */
export interface SampleSink {
  write(sample: Sample): void;
}

/** A stretch of the run: operations that arrive in it and fail count as at least its deadline. */
export interface PhaseMark {
  readonly name: string;
  readonly startNs: number;
  readonly deadlineNs: number;
}

/** All samples with the same metric and labels. */
export interface Series {
  readonly metric: MetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly columns: Columns;
  /** All samples, failed ones at their bound; negative ones cannot be in it. */
  readonly histogram: Histogram;
  readonly negative: number;
  readonly failed: number;
}

/** What is known about a series while the run goes on. */
export interface LiveQuantiles {
  readonly count: number;
  readonly failed: number;
  readonly p50: number;
  readonly p99: number;
}

type MutableSeries = { -readonly [K in keyof Series]: Series[K] };

/** HDR histograms hold integers: steps per unit, fine enough for three digits of what is measured. */
const SCALES = { ns: 1, bytes: 1, 'bytes/s': 1, count: 1, cores: 1e6, ratio: 1e6, '1/s': 1000 } as const;

/** Integer steps per unit in the histograms of a metric. */
export function histogramScale(name: MetricName): number {
  return SCALES[metric(name).unit];
}

/**
 * Takes samples in memory: well under a microsecond each, 19 bytes and a bucket. Names of pods are not kept
 * here but go to the sink with everything else.
 */
export class Recorder {
  readonly #sink: SampleSink | undefined;
  readonly #series = new Map<string, MutableSeries>();
  readonly #phases: PhaseMark[] = [];
  readonly #nodes = new Map<string, number>([['', 0]]);

  constructor(options: { readonly sink?: SampleSink } = {}) {
    this.#sink = options.sink;
  }

  /** From `startNs` (monotonic) on, arrivals belong to this phase. Phases come in the order of time. */
  beginPhase(name: string, startNs: number, deadlineNs: number): void {
    this.#phases.push({ name, startNs, deadlineNs });
  }

  get phases(): readonly PhaseMark[] {
    return this.#phases;
  }

  get series(): readonly Series[] {
    return [...this.#series.values()];
  }

  /** The series with exactly these labels, or undefined when nothing was recorded. */
  find(name: MetricName, labels: Readonly<Record<string, string>> = {}): Series | undefined {
    return this.#series.get(seriesKey(name, labels));
  }

  /** Throws RangeError for a value that is no number: JSON has no word for it, and no statistic a place. */
  append(sample: Sample): void {
    if (!Number.isFinite(sample.ns) || !Number.isFinite(sample.at)) {
      throw new RangeError(
        `Expected finite ns and at in a sample of ${sample.metric}, got ${sample.ns} at ${sample.at}`,
      );
    }
    const series = this.#seriesOf(sample);
    const { at, ns } = sample;
    series.columns.push(at, ns, OUTCOMES.indexOf(outcomeOf(sample)), this.#nodeNumber(sample.node));
    if (!sample.ok && !sample.pending) series.failed++;
    if (ns < 0) series.negative++;
    else series.histogram.record(sample.ok || sample.pending ? ns : Math.max(ns, this.deadlineAt(at)));
    this.#sink?.write(sample);
  }

  /** The deadline (ns) of the phase that `at` falls into; 0 before the first. */
  deadlineAt(at: number): number {
    return this.#phases.findLast((phase) => phase.startNs <= at)?.deadlineNs ?? 0;
  }

  /** Quantiles so far, within 0.1 %, in constant time; undefined when nothing was recorded. */
  live(name: MetricName): LiveQuantiles | undefined {
    const series = this.find(name);
    return (
      series && {
        count: series.columns.length,
        failed: series.failed,
        p50: series.histogram.quantile(0.5),
        p99: series.histogram.quantile(0.99),
      }
    );
  }

  /** Quantiles of the samples from number `from` on, failed ones at their bounds; undefined where there are none. */
  since(name: MetricName, from: number): Omit<LiveQuantiles, 'failed'> | undefined {
    const columns = this.find(name)?.columns;
    if (!columns || columns.length <= from) return undefined;
    const values = new Float64Array(columns.length - from);
    for (let i = 0; i < values.length; i++) {
      const value = columns.value(from + i);
      const outcome = OUTCOMES[columns.outcome(from + i)]!;
      const succeeded = outcome === 'ok' || outcome === 'pending';
      values[i] = succeeded ? value : Math.max(value, this.deadlineAt(columns.at(from + i)));
    }
    values.sort();
    const at = (q: number) => values[Math.max(0, Math.ceil(q * values.length) - 1)]!;
    return { count: values.length, p50: at(0.5), p99: at(0.99) };
  }

  #seriesOf({ metric: name, labels }: Sample): MutableSeries {
    const key = labels === undefined ? name : seriesKey(name, labels);
    let series = this.#series.get(key);
    if (series === undefined) {
      const histogram = new Histogram(histogramScale(name));
      series = {
        metric: name,
        labels: labels ?? {},
        columns: new Columns(),
        histogram,
        negative: 0,
        failed: 0,
      };
      this.#series.set(key, series);
    }
    return series;
  }

  #nodeNumber(node = ''): number {
    let number = this.#nodes.get(node);
    if (number === undefined) {
      number = this.#nodes.size;
      this.#nodes.set(node, number);
    }
    return number;
  }
}

/** The name of a series: `cni.add`, or `cni.add{plugin=bridge}`. */
export function seriesKey(name: string, labels: Readonly<Record<string, string>>): string {
  const keys = Object.keys(labels);
  if (keys.length === 0) return name;
  return `${name}{${keys
    .sort()
    .map((key) => `${key}=${labels[key]}`)
    .join(',')}}`;
}

/** A length of time in nanoseconds. */
export type Nanoseconds = number;
/** A rate in events per second. */
export type PerSecond = number;

const NS_PER_UNIT: Readonly<Record<string, number>> = {
  ns: 1,
  us: 1e3,
  µs: 1e3,
  ms: 1e6,
  s: 1e9,
  m: 60e9,
  h: 3600e9,
};
const SECONDS_PER_UNIT: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

/** Durations as Go and Kubernetes write them; parts may follow one another, as in `1m30s`. */
export const DURATION = /^(?:\d+(?:\.\d+)?(?:ns|us|µs|ms|s|m|h))+$/;
/** Rates: a number of events per second, minute or hour. */
export const RATE = /^\d+(?:\.\d+)?\/(?:s|m|h)$/;
/** Percentages. */
export const PERCENT = /^\d+(?:\.\d+)?%$/;

/** Reads `6s`, `300ms` or `1m30s`; undefined when the text is not a duration. */
export function parseDuration(text: string): Nanoseconds | undefined {
  if (!DURATION.test(text)) return undefined;
  let ns = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)) {
    ns += Number(amount) * NS_PER_UNIT[unit ?? '']!;
  }
  return Math.round(ns);
}

/** Reads `300/s` or `50/m`; undefined when the text is not a rate. */
export function parseRate(text: string): PerSecond | undefined {
  if (!RATE.test(text)) return undefined;
  const [amount, unit] = text.split('/');
  return Number(amount) / SECONDS_PER_UNIT[unit ?? '']!;
}

/** Reads `90%` as 0.9; undefined when the text is not a percentage. */
export function parsePercent(text: string): number | undefined {
  return PERCENT.test(text) ? Number(text.slice(0, -1)) / 100 : undefined;
}

/** A share for people: 90%, 0.1%. */
export function formatPercent(share: number): string {
  return `${significant(share * 100)}%`;
}

/** A duration for people: the largest unit that leaves at least one, three digits at most. */
export function formatDuration(ns: Nanoseconds): string {
  if (ns >= 60e9) {
    const seconds = Math.round(ns / 1e9);
    const [h, m, s] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
    return `${h > 0 ? `${h}h` : ''}${m > 0 ? `${m}m` : ''}${s > 0 ? `${s}s` : ''}`;
  }
  for (const unit of ['s', 'ms', 'us'] as const) {
    const size = NS_PER_UNIT[unit]!;
    if (ns >= size) return `${significant(ns / size)}${unit}`;
  }
  return ns === 0 ? '0s' : `${significant(ns)}ns`;
}

/** A rate for people, per second unless that would be below one. */
export function formatRate(perSecond: PerSecond): string {
  return perSecond >= 1 || perSecond === 0
    ? `${significant(perSecond)}/s`
    : perSecond * 60 >= 1
      ? `${significant(perSecond * 60)}/m`
      : `${significant(perSecond * 3600)}/h`;
}

/** A count for people: 20,000. */
export function formatCount(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

function significant(value: number): string {
  return String(Number(value.toPrecision(value >= 100 ? 4 : 3)));
}

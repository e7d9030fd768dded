/** Maps values of a domain to pixels; `ticks` are round values inside the domain. */
export interface Scale {
  (value: number): number;
  readonly ticks: readonly number[];
  readonly domain: readonly [number, number];
}

export type Range = readonly [from: number, to: number];

/** A linear scale from 0 (or `from`) to a round value at or above `to`, with about `count` ticks. */
export function linearScale(to: number, range: Range, count = 5, from = 0): Scale {
  const step = niceStep((to - from || 1) / count);
  const end = from + Math.max(1, Math.ceil((to - from) / step - 1e-9)) * step;
  const ticks: number[] = [];
  for (let i = 0; from + i * step <= end + step / 1e6; i++) ticks.push(from + i * step);
  return scale([from, end], range, ticks, (value) => (value - from) / (end - from));
}

/** A linear scale between round values around `low` and `high`: for positions, not for sizes that begin at 0. */
export function spanScale(low: number, high: number, range: Range, count = 5): Scale {
  const step = niceStep((high - low || Math.abs(high) || 1) / count);
  const from = Math.floor(low / step + 1e-9) * step;
  const to = Math.max(from + step, Math.ceil(high / step - 1e-9) * step);
  const ticks = Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => from + i * step);
  return scale([from, to], range, ticks, (value) => (value - from) / (to - from));
}

/** Time from 0 to exactly `to`: no empty stretch at the end of a plot over time. */
export function timeScale(to: number, range: Range, count = 6): Scale {
  const step = niceStep((to || 1) / count);
  const ticks: number[] = [];
  for (let tick = 0; tick <= to; tick += step) ticks.push(tick);
  return scale([0, to], range, ticks, (value) => value / (to || 1));
}

/** A logarithmic scale, 1-2-5 ticks when they fit into the range, else powers of ten. Values must be positive. */
export function logScale(from: number, to: number, range: Range): Scale {
  const low = Math.floor(Math.log10(from) * 3 + 1e-9) / 3;
  const high = Math.max(low + 1 / 3, Math.ceil(Math.log10(to) * 3 - 1e-9) / 3);
  const room = Math.abs(range[1] - range[0]) / (high - low);
  const steps = room > 100 ? [1, 2, 5] : [1];
  const ticks: number[] = [];
  for (let power = Math.floor(low); power <= high; power++) {
    for (const step of steps) {
      const tick = step * 10 ** power;
      if (Math.log10(tick) >= low - 1e-9 && Math.log10(tick) <= high + 1e-9) ticks.push(tick);
    }
  }
  return scale([10 ** low, 10 ** high], range, ticks, (value) => (Math.log10(value) - low) / (high - low));
}

/** `count` slots of the same width; a number from 0 stands for the middle of its slot. */
export function bandScale(count: number, range: Range): Scale {
  const ticks = Array.from({ length: count }, (_, i) => i);
  return scale([0, count - 1], range, ticks, (value) => (value + 0.5) / count);
}

/**
 * Quantiles so that each further nine takes the same room: 0, 90 %, 99 %, 99.9 %. `samples` says how far the
 * data reach: the last sample of n stands for the quantile 1 − 1/2n, since 1 lies at infinity.
 */
export function tailScale(samples: number, range: Range): Scale & { readonly lastQuantile: number } {
  const lastQuantile = 1 - 1 / (2 * Math.max(1, samples));
  const nines = -Math.log10(1 - lastQuantile);
  const ticks = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999].filter((q) => q <= lastQuantile);
  const map = (q: number) => -Math.log10(1 - Math.min(q, lastQuantile)) / nines;
  return Object.assign(scale([0, lastQuantile], range, ticks, map), { lastQuantile });
}

function scale(
  domain: readonly [number, number],
  [from, to]: Range,
  ticks: readonly number[],
  share: (value: number) => number,
): Scale {
  return Object.assign((value: number) => from + (to - from) * share(value), { ticks, domain });
}

/** 1, 2 or 5 times a power of ten, at or above the given step. */
function niceStep(step: number): number {
  const power = 10 ** Math.floor(Math.log10(step));
  return [1, 2, 5, 10].map((factor) => factor * power).find((nice) => nice >= step * (1 - 1e-9))!;
}

/** `p99.9`; the lowest value is `0`. */
export function quantileLabel(q: number): string {
  return q === 0 ? '0' : `p${Number((q * 100).toFixed(4))}`;
}

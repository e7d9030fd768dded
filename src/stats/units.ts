/** Which way is better: the property of a unit, never of a report. */
export type Better = 'lower' | 'higher';

/** The units a metric can have, with the direction of better. Durations are kept in ns. */
export const UNITS = {
  ns: { better: 'lower', title: 'duration' },
  bytes: { better: 'lower', title: 'memory' },
  cores: { better: 'lower', title: 'CPU' },
  ratio: { better: 'lower', title: 'fill' },
  count: { better: 'lower', title: 'number' },
  '1/s': { better: 'higher', title: 'rate' },
  'bytes/s': { better: 'higher', title: 'throughput' },
} as const satisfies Record<string, { better: Better; title: string }>;

export type Unit = keyof typeof UNITS;

const DURATIONS: readonly Step[] = [
  { size: 1, suffix: 'ns' },
  { size: 1e3, suffix: 'µs' },
  { size: 1e6, suffix: 'ms' },
  { size: 1e9, suffix: 's' },
  { size: 60e9, suffix: 'min', from: 600e9 },
  { size: 3600e9, suffix: 'h', from: 7200e9 },
];
const BYTES: readonly Step[] = ['B', 'KiB', 'MiB', 'GiB', 'TiB'].map((suffix, i) => ({
  size: 1024 ** i,
  suffix,
}));
const THOUSANDS: readonly Step[] = ['', 'k', 'M', 'G'].map((suffix, i) => ({ size: 1000 ** i, suffix }));

interface Step {
  readonly size: number;
  readonly suffix: string;
  /** Used from this value on; from `size` on unless given. */
  readonly from?: number;
}

/** A value of `unit` for people, three significant digits: `12.3 ms`, `1.50 MiB`, `310/s`, `12.5 %`. */
export function format(value: number, unit: Unit): string {
  switch (unit) {
    case 'ns':
      return scaled(value, DURATIONS, ' ');
    case 'bytes':
      return scaled(value, BYTES, ' ');
    case 'bytes/s':
      return `${scaled(value, BYTES, ' ')}/s`;
    case 'cores':
      return `${significant(value)} cores`;
    case 'ratio':
      return `${significant(value * 100)} %`;
    case 'count':
      return Number.isInteger(value) ? formatCount(value) : significant(value);
    case '1/s':
      return `${scaled(value, THOUSANDS, '')}/s`;
  }
}

/** A round value without the zeroes that measured values carry: `10 ms`, `2.5 s`. */
export function formatRound(value: number, unit: Unit): string {
  return format(value, unit).replace(/\.0+(?=\D|$)|(\.\d*[1-9])0+(?=\D|$)/, '$1');
}

/** An integer with thin groups as people write it: `20,000`. */
export function formatCount(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+(?!\d))/g, ',');
}

function scaled(value: number, steps: readonly Step[], space: string): string {
  // Round first: 999.96 µs is 1.00 ms, not 1000 µs.
  const rounded = Number(value.toPrecision(3));
  let chosen = steps[0]!;
  for (const step of steps) if (Math.abs(rounded) >= (step.from ?? step.size)) chosen = step;
  return `${significant(value / chosen.size)}${chosen.suffix === '' ? '' : space}${chosen.suffix}`;
}

/** Three significant digits without exponent: 0.0123, 1.23, 12.3, 123, 1230. */
export function significant(value: number): string {
  if (value === 0) return '0';
  const rounded = Number(value.toPrecision(3));
  const digits = Math.floor(Math.log10(Math.abs(rounded)));
  return rounded.toFixed(Math.min(12, Math.max(0, 2 - digits)));
}

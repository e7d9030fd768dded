/** One value: the suffix is appended to the name of the family (`_total`, `_count`). */
export interface MetricPoint {
  readonly suffix?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface MetricFamily {
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'summary' | 'info' | 'stateset';
  /** The last part of the name, where the family has a unit. */
  readonly unit?: string;
  readonly help: string;
  readonly points: readonly MetricPoint[];
}

/**
 * Metrics in the text format of OpenMetrics 1.0: one block a family, `# EOF` at the end.
 * @see https://github.com/prometheus/OpenMetrics/blob/v1.0.0/specification/OpenMetrics.md
 */
export function openMetricsText(families: readonly MetricFamily[]): string {
  return `${families
    .filter(({ points }) => points.length > 0)
    .map(familyText)
    .join('')}# EOF\n`;
}

function familyText({ name, type, unit, help, points }: MetricFamily): string {
  const lines = points.map(({ suffix = '', labels = {}, value }) => {
    const pairs = Object.entries(labels).map(([label, text]) => `${label}="${escapeText(text)}"`);
    return `${name}${suffix}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${number(value)}\n`;
  });
  return [
    `# TYPE ${name} ${type}\n`,
    ...(unit === undefined ? [] : [`# UNIT ${name} ${unit}\n`]),
    `# HELP ${name} ${escapeText(help)}\n`,
    ...lines,
  ].join('');
}

/** Whole numbers as such, others as floats; the three that are none have names of their own. */
function number(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  return String(value);
}

function escapeText(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

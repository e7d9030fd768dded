import type { ComparedMetric } from '../../compare/index.ts';
import { format } from '../../stats/index.ts';
import { type Cell, cell } from '../model/table.ts';

/**
 * What a metric came to, in words that do not hang on a colour: `worse`, `same within 4 %`, `~ needs n ≥ 12`. What lies below
 * the absolute minimum of the metric is the same within that.
 */
export function verdictText({
  verdict,
  minimum,
  unit,
}: Pick<ComparedMetric, 'verdict' | 'minimum' | 'unit'>): string {
  switch (verdict.kind) {
    case 'better':
    case 'worse':
      return verdict.kind;
    case 'same':
      return verdict.within === 0 && minimum.absolute > 0
        ? `same within ${format(minimum.absolute, unit)}`
        : `same within ${shareText(verdict.within)}`;
    case 'inconclusive':
      return `~ ${verdict.reason}`;
    case 'missing':
      return `missing: ${verdict.reason}`;
  }
}

const TONES = { better: 'good', worse: 'bad', same: 'dim', inconclusive: 'doubt', missing: 'bad' } as const;

export function verdictCell(metric: ComparedMetric): Cell {
  return cell(verdictText(metric), TONES[metric.verdict.kind], metric.warnings);
}

/** `+12.5 % (+8.1 to +16.0)`; in the unit of the metric where there is no share. */
export function differenceText({ difference, unit }: ComparedMetric): string {
  if (difference === null) return '-';
  const { relative, absolute } = difference;
  const end = (value: number | null, open: string) => (value === null ? open : signed(value * 100));
  if (relative === null) return `${absolute.value > 0 ? '+' : ''}${format(absolute.value, unit)}`;
  const { value, low, high } = relative;
  return `${signed(value * 100)} % (${end(low, '−∞')} to ${end(high, '+∞')})`;
}

/** `<0.001`, `0.012`, `1`. */
export function pText(p: number | null): string {
  if (p === null) return '-';
  return p < 0.001 ? '<0.001' : p.toFixed(3).replace(/\.?0+$/, '');
}

/** A share for people, rounded up: what holds within 3.1 % holds within 4 %. */
export function shareText(share: number): string {
  const percent = share * 100;
  return `${percent < 1 && percent > 0 ? '1' : Math.ceil(percent - 1e-9)} %`;
}

function signed(value: number): string {
  if (Math.abs(value) < 0.05) return '0';
  const text = Math.abs(value) >= 100 ? Math.abs(value).toFixed(0) : Math.abs(value).toFixed(1);
  return `${value < 0 ? '−' : '+'}${text}`;
}

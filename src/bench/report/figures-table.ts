import { cell, left, right, type Table } from '../../report/index.ts';
import type { Figure } from './figure.ts';
import { LIMITS } from './limits.ts';

/** All figures that have a target. */
export function figuresTable(figures: readonly Figure[]): Table {
  return {
    title: 'Figures',
    columns: [left('figure'), right('measured'), right('target'), left('met'), left('limited by')],
    rows: figures.map(({ name, measured, target, met, limit }) => [
      cell(name),
      cell(measured),
      cell(target),
      met ? cell('yes', 'good') : cell('no', 'bad'),
      cell(LIMITS[limit].brief),
    ]),
    legend: 'In brackets: 95 % intervals, where there are blocks enough for one. Met: by the value itself.',
  };
}

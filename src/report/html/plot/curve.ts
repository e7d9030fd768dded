import type { CurvePoint } from '../../../stats/index.ts';
import type { Distribution } from '../../model/distribution.ts';
import { html, type Markup } from '../markup.ts';
import { linePath, type Point, thin } from './path.ts';

/**
 * A distribution as a line; broken from where its values are bounds. `mark` is a class besides, `series` makes it one
 * that can be switched off.
 */
export function curvePaths(
  { curve, exactShare }: Pick<Distribution, 'curve' | 'exactShare'>,
  place: (point: CurvePoint) => Point,
  mark = '',
): Markup {
  const exact = curve.filter(({ quantile }) => quantile <= exactShare + 1e-12);
  // Beyond the exact samples the curve jumps: what is known is a bound from the very first of them on.
  const bounded = curve.slice(exact.length);
  const jump = bounded.slice(0, 1).map(({ value }) => ({ quantile: exactShare, value }));
  const begin = curve.slice(0, 1).map(({ value }) => ({ quantile: 0, value }));
  const series = mark === '' ? undefined : html` data-series="${mark}"`;
  const path = (kind: string, points: readonly CurvePoint[]) =>
    html`<path class="${`curve ${kind} ${mark}`.replace(/ +/g, ' ').trim()}"${series} d="${linePath(thin(points.map(place)))}"/>`;
  return html`${exact.length > 0 ? path('', [...begin, ...exact]) : ''}${bounded.length > 0 ? path('bound', [...exact.slice(-1), ...jump, ...bounded]) : ''}`;
}

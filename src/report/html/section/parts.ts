import { type Breakdown, CNI_ADD_PARTS, type RunDocument } from '../../../measure/index.ts';
import { format, formatCount, formatRound } from '../../../stats/index.ts';
import { cell, left, right, type Table } from '../../model/table.ts';
import { html, type Markup } from '../markup.ts';
import { type Frame, xAxis } from '../plot/axes.ts';
import { figure, legendOf, type Size } from '../plot/figure.ts';
import { round } from '../plot/path.ts';
import { linearScale } from '../plot/scale.ts';

type Band = Breakdown['bands'][number];

const SIZES: readonly [Size, Size] = [
  { width: 1140, height: 236 },
  { width: 356, height: 260 },
];

/** Where the time of cni.add goes, for fast and for slow calls; undefined when no part was stamped. */
export function partsFigure({ breakdown }: RunDocument): Markup | undefined {
  if (breakdown === undefined) return undefined;
  const { bands } = breakdown;
  return figure({
    id: 'parts',
    title: `Parts of ${breakdown.metric}`,
    description: describe(bands),
    sizes: SIZES,
    legend: legendOf(CNI_ADD_PARTS.map((part) => [`part-${part}`, part])),
    draw: (size) => draw(size, bands),
    data: dataOf(breakdown),
  });
}

function draw({ width, height }: Size, bands: readonly Band[]): Markup {
  const frame: Frame = { left: 12, right: width - 12, top: 4, bottom: height - 26 };
  const row = (frame.bottom - frame.top) / bands.length;
  const x = linearScale(Math.max(...bands.map(total)), [frame.left, frame.right], width < 500 ? 4 : 8);
  return html`${bands.map((band, i) => {
    const top = frame.top + i * row;
    let from = 0;
    const bars = CNI_ADD_PARTS.map((part) => {
      const ns = Math.max(0, band.parts[part] ?? 0);
      const rect = html`<rect class="part-${part}" x="${round(x(from))}" y="${round(top + 20)}" width="${round(x(from + ns) - x(from))}" height="${round(row - 28)}"><title>${part} ${format(ns, 'ns')}</title></rect>`;
      from += ns;
      return rect;
    });
    return html`<text class="label" x="${frame.left}" y="${round(top + 14)}">${bandName(band)}: ${format(total(band), 'ns')}</text>${bars}`;
  })}${xAxis(x, frame, (ns) => formatRound(ns, 'ns'))}`;
}

function total({ parts }: Band): number {
  return Object.values(parts).reduce((sum, ns) => sum + ns, 0);
}

function bandName({ from, to }: Band): string {
  if (from === 0) return 'fastest half';
  if (to === 1) return `slowest ${Number(((1 - from) * 100).toFixed(2))} %`;
  return `p${from * 100} to p${to * 100}`;
}

function describe(bands: readonly Band[]): string {
  const largest = (band: Band) => Object.entries(band.parts).sort(([, a], [, b]) => b - a)[0]!;
  const sentences = [bands[0]!, ...(bands.length > 1 ? [bands.at(-1)!] : [])].map((band) => {
    const [part, ns] = largest(band);
    return `In the ${bandName(band)}, ${part} takes most: ${format(ns, 'ns')} of ${format(total(band), 'ns')}.`;
  });
  return `Mean per part; the parts add up to the whole. ${sentences.join(' ')}`;
}

function dataOf({ bands, metric }: Breakdown): Table {
  return {
    title: `Mean parts of ${metric}`,
    columns: [left('calls'), right('n'), ...CNI_ADD_PARTS.map((part) => right(part)), right('whole')],
    rows: bands.map((band) => [
      cell(bandName(band)),
      cell(formatCount(band.count)),
      ...CNI_ADD_PARTS.map((part) => cell(format(band.parts[part] ?? 0, 'ns'))),
      cell(format(total(band), 'ns'), 'strong'),
    ]),
  };
}

import type { RunDocument, RunEvent } from '../../../measure/index.ts';
import { formatCount } from '../../../stats/index.ts';
import { type Fragment, html, type Markup } from '../markup.ts';
import { type Frame, xAxis, yAxis } from '../plot/axes.ts';
import { figure, fullWidth, legendOf, type Size } from '../plot/figure.ts';
import { drawMarks, type Mark, marksHeight, marksOf, placeMarks } from '../plot/marks.ts';
import { areaPath, linePath, type Point, stepped } from '../plot/path.ts';
import { linearScale, type Scale, timeScale } from '../plot/scale.ts';
import { describePools, type Moment, momentsOf, type Pool, poolNames, poolsTable } from './pool-moments.ts';

/** One series of a panel: a class of the style sheet, and a value for each moment. */
interface Layer {
  readonly mark: string;
  readonly values: readonly number[];
}

interface Panel {
  readonly title: string;
  /** Drawn one above the other in this order, the last on top. */
  readonly layers: readonly Layer[];
}

/** Pools drawn each in a panel of its own; the others stand in the table. */
const SHOWN_POOLS = 6;
const PANEL = 104;
const GAP = 24;

/**
 * Fill of each pool, node CIDRs given and who waits, over time; undefined where a run looked at its pools fewer than
 * twice.
 */
export function poolsFigure(run: RunDocument, events: readonly RunEvent[]): Markup | undefined {
  const { startNs } = run.clock;
  const moments = momentsOf(events, startNs);
  if (moments.length < 2) return undefined;
  const marks = marksOf(run, events, startNs);
  const panels = panelsOf(moments);
  // Texts of marks stand above the panels, and there may be several lines of them.
  const height = 60 + panels.length * (PANEL + GAP);
  return figure({
    id: 'pools',
    title: 'Pools over time',
    description: describePools(moments, marks),
    sizes: fullWidth(height),
    legend: legendOf([
      ['area', 'used'],
      ['area resting', 'resting'],
      ['area reserved', 'reserved in CIDRs of nodes'],
      ['line capacity', 'all there are'],
      ['line nodes', 'CIDRs given, nodes waiting'],
      ['line pods', 'pods waiting'],
    ]),
    draw: (size) => draw(size, { moments, panels, marks, seconds: (run.clock.endNs - startNs) / 1e9 }),
    data: poolsTable(moments, marks),
  });
}

function panelsOf(moments: readonly Moment[]): Panel[] {
  const names = poolNames(moments);
  const pools = names.slice(0, SHOWN_POOLS).map(({ name, is }): Panel => {
    const values = (value: (pool: Pool) => number) =>
      moments.map(({ view }) => {
        const found = view.pools.find(is);
        return found ? value(found) : 0;
      });
    return {
      title: `addresses${names.length > 1 ? ` of ${name}` : ''}`,
      layers: [
        { mark: 'area reserved', values: values(({ reserved }) => reserved) },
        { mark: 'area resting', values: values(({ used, cooling }) => used + cooling) },
        { mark: 'area', values: values(({ used }) => used) },
        { mark: 'line capacity', values: values(({ capacity }) => capacity) },
      ],
    };
  });
  const sum = (field: 'used' | 'total') =>
    moments.map(({ view }) => view.pools.reduce((n, { nodeCidrs }) => n + nodeCidrs[field], 0));
  return [
    ...pools,
    {
      title: 'CIDRs of nodes',
      layers: [
        { mark: 'line nodes', values: sum('used') },
        { mark: 'line capacity', values: sum('total') },
      ],
    },
    ...waitingPanels(moments),
  ];
}

/** Nodes and pods each on a scale of their own; what never waited has none. */
function waitingPanels(moments: readonly Moment[]): Panel[] {
  const panels: Panel[] = [
    {
      title: 'nodes waiting',
      layers: [{ mark: 'line nodes', values: moments.map(({ view }) => view.waitingNodes) }],
    },
    {
      title: 'pods waiting',
      layers: [{ mark: 'line pods', values: moments.map(({ view }) => view.waitingPods) }],
    },
  ];
  return panels.filter(({ layers }) => layers.some(({ values }) => values.some((count) => count > 0)));
}

interface Drawing {
  readonly moments: readonly Moment[];
  readonly panels: readonly Panel[];
  readonly marks: readonly Mark[];
  /** Length of the run. */
  readonly seconds: number;
}

function draw({ width, height }: Size, { moments, panels, marks, seconds }: Drawing): Fragment {
  const sides = { left: 64, right: width - 12 };
  const end = Math.max(seconds, moments.at(-1)!.second);
  const x = timeScale(end, [sides.left, sides.right], width < 500 ? 4 : 10);
  const placed = placeMarks(marks, x, sides);
  const top = marksHeight(placed) + 6;
  const room = (height - top - 26) / panels.length;
  const frames = panels.map(
    (_, i): Frame => ({ ...sides, top: top + i * room + 18, bottom: top + (i + 1) * room - 4 }),
  );
  const whole: Frame = { ...sides, top, bottom: frames.at(-1)!.bottom };
  return [
    panels.map((panel, i) => drawPanel(panel, moments, x, frames[i]!)),
    xAxis(x, whole, (second) => `${second} s`),
    drawMarks(placed, x, whole, 0),
  ];
}

function drawPanel({ title, layers }: Panel, moments: readonly Moment[], x: Scale, frame: Frame): Markup {
  const filled = layers.filter(({ mark }) => mark !== 'line capacity');
  const most = (of: readonly Layer[]) => Math.max(1, ...of.flatMap(({ values }) => values));
  // A /16 behind four nodes would press all that happens into the ground: the line then lies above the panel.
  const shown = most(layers) > 4 * most(filled) ? filled : layers;
  const y = linearScale(most(shown), [frame.bottom, frame.top], 3);
  const beyond = shown === filled && layers !== filled ? ` (of ${formatCount(most(layers))})` : '';
  return html`<text class="label" x="${frame.left}" y="${frame.top - 5}">${title}${beyond}</text>${yAxis(y, frame, formatCount)}${shown.map(
    ({ mark, values }) => {
      const points = stepped(values.map((value, i): Point => [x(moments[i]!.second), y(value)]));
      return mark.startsWith('area')
        ? html`<path class="${mark}" d="${areaPath(points, frame.bottom)}"/>`
        : html`<path class="${mark}" d="${linePath(points)}"/>`;
    },
  )}`;
}

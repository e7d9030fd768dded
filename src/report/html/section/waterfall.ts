import { format, formatRound } from '../../../stats/index.ts';
import { type PodWait, WAIT_STEPS } from '../../model/pod-waits.ts';
import { cell, left, right, type Table } from '../../model/table.ts';
import { type Fragment, html, type Markup } from '../markup.ts';
import { type Frame, xAxis } from '../plot/axes.ts';
import { figure, fullWidth, legendOf, type Size } from '../plot/figure.ts';
import { round } from '../plot/path.ts';
import { linearScale } from '../plot/scale.ts';

const ROW = 36;
const AXIS = 30;

/** What single pods waited for, one step after the other: the slowest on an axis of their own. */
export function waterfallFigures(waits: readonly PodWait[]): Markup[] {
  const slowest = waits.filter(({ standing }) => standing === 'slowest');
  const typical = waits.filter(({ standing }) => standing !== 'slowest');
  return [
    ...(slowest.length > 0 ? [waterfall('waterfall-slowest', 'The slowest pods', slowest)] : []),
    ...(typical.length > 0 ? [waterfall('waterfall-typical', 'Pods at quantiles', typical)] : []),
  ];
}

function waterfall(id: string, title: string, waits: readonly PodWait[]): Markup {
  const used = WAIT_STEPS.filter((each) =>
    waits.some(({ steps }) => steps.some(({ step }) => step === each)),
  );
  return figure({
    id,
    title,
    description: describe(waits),
    sizes: fullWidth(AXIS + ROW * waits.length),
    legend: legendOf(used.map((step) => [`part-${step}`, step, step])),
    draw: (size) => draw(size, waits),
    data: dataOf(title, waits, used),
  });
}

function draw({ width, height }: Size, waits: readonly PodWait[]): Fragment {
  const frame: Frame = { left: 12, right: width - 12, top: 2, bottom: height - 26 };
  const x = linearScale(
    Math.max(...waits.map(({ totalNs }) => totalNs)),
    [frame.left, frame.right],
    width < 500 ? 4 : 8,
  );
  return html`${waits.map((wait, i) => {
    const top = frame.top + i * ROW;
    const bars = wait.steps.map(({ step, fromNs, toNs }) => {
      const from = round(x(fromNs));
      return html`<rect class="part-${step}" data-series="${step}" x="${from}" y="${top + 17}" width="${round(Math.max(0.3, x(toNs) - from))}" height="13"><title>${step} ${format(toNs - fromNs, 'ns')}</title></rect>`;
    });
    return html`<text class="label" x="${frame.left}" y="${top + 12}">${nameOf(wait)}: ${format(wait.totalNs, 'ns')}</text>${bars}`;
  })}${xAxis(x, frame, (ns) => formatRound(ns, 'ns'))}`;
}

function nameOf({ pod, node, standing }: PodWait): string {
  return `${standing === 'slowest' ? '' : `${standing}, `}${pod}${node === '' ? '' : ` on ${node}`}`;
}

function describe(waits: readonly PodWait[]): string {
  const sentences = [waits[0]!, ...(waits.length > 1 ? [waits.at(-1)!] : [])].map((wait) => {
    const [longest] = [...wait.steps].sort((a, b) => b.toNs - b.fromNs - (a.toNs - a.fromNs));
    return `${nameOf(wait)}: most of ${format(wait.totalNs, 'ns')} goes to ${longest!.step}, ${format(longest!.toNs - longest!.fromNs, 'ns')}.`;
  });
  return `Of those that succeeded, from the intended start. scheduling: until it has a node; runtime: until the plugin starts; exec to other: the call; status: until the API shows its address; ready: until it is Ready. ${sentences.join(' ')}`;
}

function dataOf(
  title: string,
  waits: readonly PodWait[],
  used: readonly PodWait['steps'][number]['step'][],
): Table {
  return {
    title,
    columns: [left('pod'), left('node'), left('stands for'), ...used.map(right), right('whole')],
    rows: waits.map(({ pod, node, standing, steps, totalNs }) => [
      cell(pod),
      cell(node),
      cell(standing),
      ...used.map((each) => {
        const found = steps.find(({ step }) => step === each);
        return cell(found ? format(found.toNs - found.fromNs, 'ns') : '');
      }),
      cell(format(totalNs, 'ns'), 'strong'),
    ]),
  };
}

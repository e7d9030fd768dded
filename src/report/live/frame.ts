import { format, formatCount } from '../../stats/index.ts';
import { failedOf, fullestPool, type LiveState } from './live-state.ts';
import { failureClasses, leftText, NEARLY_FULL, SHOWN, waitingText } from './progress-text.ts';
import { sparkline } from './sparkline.ts';

export type Tone = 'plain' | 'dim' | 'strong' | 'plot' | 'doubt' | 'bad';

/** A piece of a line with what it means; a line is never wider than the frame. */
export interface Segment {
  readonly text: string;
  readonly tone: Tone;
}

const LABEL = 12;
const VALUE = 12;
/** From here on there is room for long plots. */
const WIDE = 110;

interface Row {
  readonly label: string;
  readonly value: string;
  readonly plot: string;
  readonly rest: string;
  readonly tone?: Tone;
}

/** The block that shows a run while it goes on, `width` columns at most; empty before the first progress. */
export function frame(state: LiveState, width: number): Segment[][] {
  const { progress } = state;
  if (!progress) return [];
  const bars = width >= WIDE ? 44 : width >= 76 ? 20 : 8;
  const rows = [
    loadRow(state, bars),
    aliveRow(state, bars),
    ...latencyRows(state, bars),
    ...poolRow(state, bars),
    failureRow(state, bars),
  ];
  return [titleLine(state, bars), ...rows.map(rowLine)].map((line) => cut(line, width));
}

function titleLine({ progress, phase, elapsedNs }: LiveState, bars: number): Segment[] {
  const { started, planned } = progress!;
  const left = leftText(progress!);
  const time: Segment = { text: `  ${format(elapsedNs, 'ns')}`, tone: 'plain' };
  const name: Segment = { text: phase.padEnd(LABEL), tone: 'strong' };
  if (planned === 0) return [name, time];
  const share = Math.min(1, started / planned);
  const length = bars + VALUE + 2;
  const full = Math.round(share * length);
  return [
    name,
    { text: ` ${'━'.repeat(full)}`, tone: 'plot' },
    { text: '╌'.repeat(length - full), tone: 'dim' },
    { text: `  ${Math.floor(share * 100)} %`, tone: 'strong' },
    time,
    { text: left === '' ? '' : ` · ${left}`, tone: 'dim' },
  ];
}

function loadRow(state: LiveState, bars: number): Row {
  const { started, planned, late, dropped, ratePerSecond } = state.progress!;
  const lost = dropped > 0 ? ` · ${formatCount(dropped)} dropped` : '';
  return {
    label: 'rate',
    value: format(ratePerSecond, '1/s'),
    plot: sparkline(state.track('rate'), bars),
    rest: `${formatCount(started)}${planned > 0 ? `/${formatCount(planned)}` : ''} started · ${formatCount(late)} late${lost}`,
    tone: dropped > 0 ? 'doubt' : 'plain',
  };
}

function aliveRow(state: LiveState, bars: number): Row {
  const alive = state.track('alive');
  const most = Math.max(...alive.map((value) => value ?? 0));
  return {
    label: 'alive',
    value: formatCount(state.progress!.alive),
    plot: sparkline(alive, bars),
    rest: `${formatCount(most)} at most`,
  };
}

/** The value and the plot are of the last second, what stands behind them is of the whole run. */
function latencyRows(state: LiveState, bars: number): Row[] {
  return SHOWN.flatMap((name) => {
    const quantiles = state.progress!.quantiles[name];
    if (!quantiles) return [];
    const { p50, p99, last } = quantiles;
    return [
      {
        label: name,
        value: last ? `p99 ${format(last.p99, 'ns')}` : '-',
        plot: sparkline(state.track(name), bars),
        rest: `p50 ${format(p50, 'ns')} · p99 ${format(p99, 'ns')}`,
      },
    ];
  });
}

function poolRow(state: LiveState, bars: number): Row[] {
  const fullest = fullestPool(state.pools);
  const waiting = waitingText(state.pools);
  if (!fullest)
    return waiting === '' ? [] : [{ label: 'pools', value: '-', plot: ' '.repeat(bars), rest: waiting }];
  const { pool, fill, used, cooling, reserved } = fullest;
  const busy = `${formatCount(used + cooling)}/${formatCount(reserved)}`;
  return [
    {
      label: 'fullest pool',
      value: `${Math.floor(fill * 100)} %`,
      plot: sparkline(state.track('fill'), bars, 1),
      rest: waiting === '' ? `${pool} ${busy}` : `${pool} · ${waiting}`,
      tone: waiting !== '' ? 'bad' : fill >= NEARLY_FULL ? 'doubt' : 'plain',
    },
  ];
}

function failureRow(state: LiveState, bars: number): Row {
  const total = failedOf(state.progress!);
  return {
    label: 'failed',
    value: formatCount(total),
    plot: sparkline(state.track('failed'), bars),
    rest: failureClasses(state.progress!),
    tone: total > 0 ? 'bad' : 'plain',
  };
}

function rowLine({ label, value, plot, rest, tone = 'plain' }: Row): Segment[] {
  return [
    { text: label.padEnd(LABEL), tone: 'dim' },
    { text: ` ${value.padStart(VALUE)}`, tone: tone === 'plain' ? 'strong' : tone },
    { text: `  ${plot}`, tone: 'plot' },
    { text: rest === '' ? '' : `  ${rest}`, tone },
  ];
}

/** A line that wraps would make the block taller than is known. */
function cut(line: readonly Segment[], width: number): Segment[] {
  const kept: Segment[] = [];
  let room = width - 1;
  for (const { text, tone } of line) {
    if (text.length > room) {
      kept.push({ text: `${text.slice(0, Math.max(0, room - 1))}…`, tone });
      break;
    }
    kept.push({ text, tone });
    room -= text.length;
  }
  return kept;
}

import { stripVTControlCharacters } from 'node:util';
import type { Colors } from 'picocolors/types.js';
import { Cidr } from '../../ip/index.ts';
import { format, formatCount } from '../../stats/index.ts';
import {
  freeRanges,
  type IpamView,
  type PoolView,
  pieceRange,
  type WaitingNode,
} from '../../substrate/index.ts';
import { columns } from '../columns.ts';
import { MAP_LEGEND, pieceMap } from './piece-map.ts';

export interface RenderOptions {
  readonly lab: string;
  /** ms since the epoch: ages are counted to here. */
  readonly now: number;
  /** Columns of the terminal. */
  readonly width: number;
  /** Every node and every free stretch, however many. */
  readonly all: boolean;
  readonly colors: Colors;
}

/** Rows of a list before it is cut, so that 5,000 nodes stay readable. */
const SHOWN = { nodes: 32, waiting: 10, free: 6 } as const;

/** The pools as text: pieces on a map, fill by node and CIDR, who waits and for how long. */
export function renderIpam(view: IpamView, options: RenderOptions): string {
  const { colors, lab } = options;
  const waits = view.waiting.length;
  const waitText =
    waits === 0 ? 'none waits' : colors.yellow(`${formatCount(waits)} wait${waits === 1 ? 's' : ''}`);
  const blocks = [
    `Lab ${colors.bold(lab)}  ipam ${view.mode}, ${formatCount(view.nodes.length)} node${view.nodes.length === 1 ? '' : 's'}, ${waitText}`,
    ...view.pools.map((pool) => poolText(pool, view, options)),
    ...(view.pools.length > 0 ? [colors.dim(hanging('', MAP_LEGEND, options.width))] : []),
    nodesText(view, options),
    ...(waits > 0 ? [waitingText(view.waiting, options)] : []),
  ];
  return `${blocks.join('\n\n')}\n`;
}

function poolText(pool: PoolView, { nodes }: IpamView, options: RenderOptions): string {
  const { width, all, colors } = options;
  const { pieces, addresses, nodeMask } = pool;
  const map = pieceMap(pool, nodes, width - 20);
  const label = Math.max(...map.rows.map(({ from }) => from.length));
  const scale = `one sign: ${formatCount(map.piecesPerSign)} pieces`;
  const free = pieces.total - pieces.used;
  const freeCount = `${formatCount(free)} free`;
  const unused = addresses.reserved - addresses.used - addresses.cooling;
  const facts = [
    [
      'pieces',
      `${formatCount(pieces.used)} of ${formatCount(pieces.total)} with nodes, ${free === 0 ? colors.red(freeCount) : freeCount}`,
    ],
    ['free', freeText(pool, nodes, all)],
    [
      'addresses',
      `${formatCount(addresses.used)} of ${formatCount(addresses.capacity)} used, ${formatCount(addresses.cooling)} resting, ${formatCount(unused)} reserved and unused`,
    ],
  ] as const;
  return [
    `${colors.bold(pool.pool)}  ${pool.cidr} in pieces of /${nodeMask}`,
    ...map.rows.map(({ from, signs }) => `  ${colors.dim(from.padEnd(label))}  ${signs}`),
    ...(map.piecesPerSign > 1 ? [`  ${colors.dim(scale)}`] : []),
    ...facts
      .filter(([, text]) => text !== '')
      .map(([name, text]) => hanging(`  ${name.padEnd(11)}`, text, width)),
  ].join('\n');
}

/** `largest block 4 (/26); 10.20.0.16/28, 10.20.0.64–10.20.0.127 (4)`; empty when nothing is free. */
function freeText(pool: PoolView, nodes: IpamView['nodes'], all: boolean): string {
  const cidr = Cidr.parse(pool.cidr).cidr;
  const { nodeMask, pieces } = pool;
  const taken = nodes
    .flatMap(({ cidrs }) => cidrs)
    .map((each) => Cidr.parse(each.cidr).cidr)
    .filter((each) => cidr.contains(each))
    .map((each) => pieceRange(cidr, nodeMask, each));
  const free = freeRanges(pieces.total, taken);
  if (free.length === 0) return '';
  const shown = all ? free : free.slice(0, SHOWN.free);
  const texts = shown.map(({ from, to }) => {
    const [first, last] = [cidr.subnet(nodeMask, from), cidr.subnet(nodeMask, to - 1)];
    return to - from === 1 ? `${first}` : `${first.network}–${last.last} (${formatCount(to - from)})`;
  });
  const more = free.length > shown.length ? [`${formatCount(free.length - shown.length)} more (--all)`] : [];
  const block = pieces.largestFreeRun;
  const largest = `largest block ${formatCount(block)} (/${nodeMask - Math.log2(block)})`;
  return `${largest}; ${[...texts, ...more].join(', ')}`;
}

function nodesText({ nodes, pools }: IpamView, { all, colors, width }: RenderOptions): string {
  const rows = nodes.flatMap(({ node, cidrs }) =>
    cidrs.length === 0
      ? [{ node, cidr: '-', pool: '', used: 0, cooling: 0, capacity: 0 }]
      : cidrs.map((each) => ({ node, ...each })),
  );
  const share = ({ used, capacity }: (typeof rows)[number]) => (capacity > 0 ? used / capacity : 0);
  const cut = !all && rows.length > SHOWN.nodes;
  const shown = cut ? [...rows].sort((a, b) => share(b) - share(a)).slice(0, SHOWN.nodes) : rows;
  const named = new Set(pools.map(({ pool }) => pool)).size > 1;
  const cells = shown.map((row) => [
    row.node,
    row.cidr,
    named ? row.pool : '',
    row.cidr === '-' ? '' : `${formatCount(row.used)}/${formatCount(row.capacity)}`,
    row.cooling > 0 ? formatCount(row.cooling) : '',
    row.cidr === '-' ? '' : fillText(share(row), colors, width),
  ]);
  const text = table(['NODE', 'CIDR', 'POOL', 'USED', 'RESTING', 'FILL'], cells);
  if (!cut) return text;
  const full = rows.filter((row) => row.capacity > 0 && row.used >= row.capacity).length;
  const note = `the ${SHOWN.nodes} fullest of ${formatCount(rows.length)} CIDRs, ${formatCount(full)} of them full (--all shows the rest)`;
  return `${text}\n${colors.dim(note)}`;
}

function waitingText(waiting: readonly WaitingNode[], { all, now, colors }: RenderOptions): string {
  const shown = all ? waiting : waiting.slice(0, SHOWN.waiting);
  const rows = shown.map(({ node, since, pool, reason }) => [
    node,
    since === null ? '?' : format(Math.max(0, now - Date.parse(since)) * 1e6, 'ns'),
    pool ?? '',
    reason,
  ]);
  const text = table(['WAITING', 'FOR', 'POOL', 'BECAUSE'], rows);
  const more = waiting.length - shown.length;
  return more > 0 ? `${text}\n${colors.dim(`and ${formatCount(more)} more (--all)`)}` : text;
}

/** `██████░░░░ 56 %`; the bar goes where there is no room for it. */
function fillText(share: number, colors: Colors, width: number): string {
  const percent = `${Math.floor(share * 100)} %`;
  const paint = share >= 1 ? colors.red : share >= 0.9 ? colors.yellow : (text: string) => text;
  const full = Math.round(share * 10);
  const bar = width < 80 ? '' : `${'█'.repeat(full)}${'░'.repeat(10 - full)} `;
  return paint(`${bar}${percent}`);
}

/** A text behind its label, broken between words so that it stays within `width`, in line with its beginning. */
function hanging(label: string, text: string, width: number): string {
  const lines = [''];
  for (const word of text.split(' ')) {
    const last = lines.at(-1)!;
    const longer = last === '' ? word : `${last} ${word}`;
    if (last !== '' && label.length + stripVTControlCharacters(longer).length > width) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines.map((line, i) => (i === 0 ? label : ' '.repeat(label.length)) + line).join('\n');
}

/** Columns that say something: one that is empty in every row goes. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const kept = head.map((_, i) => rows.some((row) => row[i] !== ''));
  const pick = (row: readonly string[]) => row.filter((_, i) => kept[i]);
  return columns(pick(head), rows.map(pick));
}

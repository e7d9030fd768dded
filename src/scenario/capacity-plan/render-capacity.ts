import type { Paint } from '../source/diagnostic.ts';
import type { CapacityAnswer, MaskAnswer, PoolAnswer, RunsOut } from './capacity-plan.ts';

const FAMILY = { ipv4: 'IPv4', ipv6: 'IPv6' } as const;
const YEAR_DAYS = 365.2425;

type Row = readonly [label: string, value: string, note?: string];
type Colours = Pick<Paint, 'bold' | 'dim' | 'yellow'>;

/** How far pools reach, for people: what fits, what is lost where, when it runs out, what other masks would do. */
export function renderCapacity(answer: CapacityAnswer, paint: Colours): string {
  const { mode, pools, masks } = answer;
  return [
    `${paint.bold(titleOf(answer))} ${paint.dim(`mode ${mode}`)}`,
    ...table(summaryRows(answer), paint),
    ...pools.flatMap((pool) => ['', ...lossLines(pool, answer, paint)]),
    ...(masks.length > 1 ? ['', ...maskLines(masks, answer, paint)] : []),
    '',
  ].join('\n');
}

function titleOf({ pools }: CapacityAnswer): string {
  return pools
    .flatMap(({ families }) =>
      families.map(({ cidrs, nodeMask }) => `${cidrs.join(', ')} in pieces of /${nodeMask}`),
    )
    .join('; ');
}

function summaryRows(answer: CapacityAnswer): Row[] {
  const { fits, nodes, growth, runsOut, pools, podsPerNode } = answer;
  const short = BigInt(nodes) - fits.nodes;
  const rows: Row[] = [
    ['fits', `${big(fits.nodes)} nodes, ${big(fits.pods)} pods`, `of ${podsPerNode} pods a node`],
    [
      'now',
      `${count(nodes)} nodes`,
      short > 0n ? `${big(short)} too many` : share(BigInt(nodes), fits.nodes),
    ],
  ];
  if (growth !== null)
    rows.push(['growth', growth, growth.includes('%') ? 'of the nodes there are' : 'nodes']);
  if (runsOut !== null) rows.push(['runs out', when(runsOut), afterWhich(answer)]);
  for (const pool of pools)
    rows.push(['limit', limitOf(pool), ...(pools.length > 1 ? [`pool ${pool.pool}`] : [])] as unknown as Row);
  return rows;
}

function afterWhich({ fits, runsOut }: CapacityAnswer): string {
  return runsOut!.days === 0 ? '' : `node ${big(fits.nodes + 1n)} finds no CIDR`;
}

function limitOf({ limit, families, nodes, podsPerNode }: PoolAnswer): string {
  if (limit === 'quota') return `the provider's quota: ${big(nodes)} nodes`;
  const own = families.find(({ family }) => family === limit)!;
  const short = own.perNode < podsPerNode ? '' : ` of ${big(own.perNode)} addresses each`;
  return `${FAMILY[limit]}: ${big(own.nodes)} pieces of /${own.nodeMask}${short}`;
}

/** Where the addresses of each family go. */
function lossLines(pool: PoolAnswer, { mode, pools }: CapacityAnswer, paint: Colours): string[] {
  const of = pools.length > 1 ? ` of pool ${pool.pool}` : '';
  return pool.families.flatMap((room) => {
    const { family, addresses, lostToPieces, lostToOtherFamily, lostToRounding, perNode } = room;
    const beyond = addresses - pool.pods - lostToPieces - lostToOtherFamily - lostToRounding;
    const needs = `a node needs ${big(pool.podsPerNode)}`;
    const pieces = mode === 'multi-pool' ? `and takes as many pieces of ${big(perNode)}` : '';
    const why =
      mode === 'multi-pool' ? `${needs} ${pieces}` : `a piece has ${big(perNode)} addresses, ${needs}`;
    const row = (label: string, lost: bigint, note: string): Row => [
      label,
      big(lost),
      [share(lost, addresses), note].filter((part) => part !== '').join(': '),
    ];
    const rows = [
      row('pods', pool.pods, ''),
      row('unused', lostToRounding, why),
      row('reserved', lostToPieces, 'first and last of each piece'),
      row('other family', lostToOtherFamily, 'pieces without a partner'),
      row('out of reach', beyond, 'beyond the quota'),
    ].filter(([label, value]) => label === 'pods' || value !== '0');
    return [paint.bold(`${big(addresses)} ${FAMILY[family]} addresses${of}`), ...table(rows, paint)];
  });
}

function maskLines(masks: readonly MaskAnswer[], { podsPerNode }: CapacityAnswer, paint: Colours): string[] {
  const dated = masks.some(({ runsOut }) => runsOut !== null);
  const head = ['mask', 'pods a node', 'nodes', 'pods', ...(dated ? ['runs out'] : []), ''];
  const rows = masks.map((mask) => [
    `/${mask.nodeMask}`,
    big(mask.podsPerNode),
    big(mask.nodes),
    big(mask.pods),
    ...(dated ? [mask.runsOut === null ? '-' : when(mask.runsOut)] : []),
    [
      ...(mask.current ? ['as it is'] : []),
      ...(mask.best ? [`most nodes with ${podsPerNode} pods each`] : []),
      ...(mask.podsPerNode < BigInt(podsPerNode) ? [`too few for ${podsPerNode} pods`] : []),
    ].join(', '),
  ]);
  const all = [head, ...rows];
  const widths = head.map((_, i) => Math.max(...all.map((row) => row[i]!.length)));
  // Numbers to the right, words to the left.
  const isNumber = (column: number): boolean => column >= 1 && column <= 3;
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, i) => (!isNumber(i) ? cell.padEnd(widths[i]!) : cell.padStart(widths[i]!))).join('  ')}`.trimEnd();
  return [
    paint.dim(line(head)),
    ...rows.map((row, i) => (masks[i]!.best ? paint.bold(line(row)) : line(row))),
  ];
}

function table(rows: readonly Row[], paint: Colours): string[] {
  const labels = Math.max(...rows.map(([label]) => label.length));
  const values = Math.max(...rows.map(([, value]) => value.length));
  return rows.map(([label, value, note]) =>
    `  ${paint.bold(label.padEnd(labels))}  ${note ? `${value.padEnd(values)}  ${paint.dim(note)}` : value}`.trimEnd(),
  );
}

function when({ days, date }: RunsOut): string {
  if (days === 0) return 'now';
  if (date === null) return Number.isFinite(days) ? 'in more than 200 years' : 'never';
  if (days < 60) return `${date}, in ${Math.ceil(days)} days`;
  return days < 2 * YEAR_DAYS
    ? `${date}, in ${Math.round((days / YEAR_DAYS) * 12)} months`
    : `${date}, in ${(days / YEAR_DAYS).toPrecision(3)} years`;
}

function share(part: bigint, whole: bigint): string {
  if (whole === 0n) return '';
  const percent = Number((part * 100_000n) / whole) / 1000;
  return percent === 0 && part > 0n ? '< 0.001 %' : `${Number(percent.toPrecision(3))} %`;
}

function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** IPv6 has more of everything than anybody wants to read digit by digit. */
function big(value: bigint): string {
  if (value < 1_000_000_000_000n) return value.toLocaleString('en-US');
  const bits = value.toString(2).length - 1;
  return value === 1n << BigInt(bits)
    ? `2^${bits}`
    : `about 2^${Number(Math.log2(Number(value)).toFixed(1))}`;
}

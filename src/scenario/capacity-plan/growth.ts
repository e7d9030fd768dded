/** How a cluster grows, in nodes. */
export interface Growth {
  /** As it was written. */
  readonly text: string;
  /** Nodes a day, or what the number of nodes is multiplied by each day. */
  readonly kind: 'linear' | 'compound';
  readonly perDay: number;
}

/** Days of what growth is counted by; months and years are those of the Gregorian calendar on average. */
const DAYS: Readonly<Record<string, number>> = { d: 1, w: 7, mo: 365.2425 / 12, y: 365.2425 };

/** Reads `20/d`, `5/w` (nodes) or `10%/mo`, `30%/y` (of those there are); undefined when the text is neither. */
export function parseGrowth(text: string): Growth | undefined {
  const match = /^(\d+(?:\.\d+)?)(%?)\/(d|w|mo|y)$/.exec(text);
  if (match === null) return undefined;
  const [, amount, percent, unit] = match;
  const days = DAYS[unit!]!;
  if (percent === '') return { text, kind: 'linear', perDay: Number(amount) / days };
  return { text, kind: 'compound', perDay: (1 + Number(amount) / 100) ** (1 / days) };
}

/** Days until there are more than `limit` nodes; 0 when there are already, Infinity when that never comes. */
export function daysUntil(limit: number, nodes: number, { kind, perDay }: Growth): number {
  if (nodes > limit) return 0;
  if (kind === 'linear') return perDay === 0 ? Number.POSITIVE_INFINITY : (limit + 1 - nodes) / perDay;
  if (perDay <= 1 || nodes === 0) return Number.POSITIVE_INFINITY;
  return Math.log((limit + 1) / nodes) / Math.log(perDay);
}

import type { GateStatus } from '../verdict/gate-result.ts';
import { type Cell, cell } from './table.ts';

const WORDS = {
  held: { text: 'ok', tone: 'good' },
  broken: { text: 'BROKEN', tone: 'bad' },
  inconclusive: { text: 'unclear', tone: 'doubt' },
  'not applicable': { text: 'n/a', tone: 'dim' },
} as const;

/** The state of a gate or an invariant in a word, so that it does not hang on a colour. */
export function statusCell(status: GateStatus, reason?: string): Cell {
  const { text, tone } = WORDS[status];
  return cell(text, tone, reason === undefined ? [] : [reason]);
}

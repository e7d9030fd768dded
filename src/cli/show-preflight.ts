import colors from 'picocolors';
import type { Preflight } from '../substrate/index.ts';
import { columns } from './columns.ts';

const MARKS = { ok: colors.green('✓'), note: colors.yellow('!'), refused: colors.red('✗') } as const;

/** What was found out about a cluster, as a table. */
export function preflightTable({ findings }: Preflight): string {
  const rows = findings.flatMap(({ check, found, verdict, advice }) => [
    [MARKS[verdict], check, found],
    ...(advice === undefined ? [] : [['', '', colors.dim(advice)]]),
  ]);
  return columns(['', 'PREFLIGHT', 'FOUND'], rows);
}

/** The same on stderr, in the middle of steps. */
export function showPreflight(found: Preflight): void {
  process.stderr.write(`\n${preflightTable(found)}\n\n`);
}

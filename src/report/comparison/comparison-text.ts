import pc from 'picocolors';
import type { ComparisonDocument } from '../../compare/index.ts';
import { painter } from '../format/text.ts';
import { textTable } from '../format/text-table.ts';
import type { Tone } from '../model/table.ts';
import { comparisonTable, differencesTable, type TableOptions } from './comparison-tables.ts';
import { sideLines } from './side-lines.ts';

const TONES: Readonly<Record<ComparisonDocument['outcome'], Tone>> = {
  passed: 'good',
  inconclusive: 'doubt',
  regression: 'bad',
  'invariant broken': 'bad',
};

/** A comparison for a terminal. */
export function comparisonText(
  document: ComparisonDocument,
  options: TableOptions & { readonly color?: boolean } = {},
): string {
  const paint = painter(options.color ?? pc.isColorSupported);
  const tables = [differencesTable(document), comparisonTable(document, options)];
  return [
    paint(document.title, 'strong'),
    ...sideLines(document),
    ...tables.filter(({ rows }) => rows.length > 0).flatMap((table) => ['', textTable(table, paint)]),
    ...(document.warnings.length > 0
      ? ['', ...document.warnings.map((text) => paint(`warning: ${text}`, 'doubt'))]
      : []),
    '',
    paint(`${document.outcome} (exit ${document.exitCode})`, TONES[document.outcome]),
    ...document.reasons.map((reason) => `  ${reason}`),
    '',
  ].join('\n');
}

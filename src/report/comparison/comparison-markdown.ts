import type { ComparisonDocument } from '../../compare/index.ts';
import { markdownTable, plain } from '../format/markdown.ts';
import { comparisonTable, differencesTable, type TableOptions } from './comparison-tables.ts';
import { sideLines } from './side-lines.ts';

const MARKS = { passed: '✅', inconclusive: '❔', regression: '❌', 'invariant broken': '❌' } as const;

/** A comparison for a comment on a pull request. */
export function comparisonMarkdown(document: ComparisonDocument, options: TableOptions = {}): string {
  const { outcome, title, reasons, warnings } = document;
  const metrics = comparisonTable(document, options);
  const differences = differencesTable(document);
  return [
    `## ${MARKS[outcome]} ${plain(title)}: ${outcome}`,
    '',
    ...(reasons.length > 0 ? [...reasons.map((reason) => `- ${plain(reason)}`), ''] : []),
    ...(metrics.rows.length > 0 ? [markdownTable(metrics)] : []),
    ...(differences.rows.length > 0
      ? ['<details><summary>What differs</summary>', '', markdownTable(differences), '</details>', '']
      : []),
    ...warnings.map((text) => `> ⚠️ ${plain(text)}`),
    ...(warnings.length > 0 ? [''] : []),
    ...sideLines(document).map((line) => `- ${plain(line)}`),
    '',
  ].join('\n');
}

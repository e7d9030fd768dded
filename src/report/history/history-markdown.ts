import type { HistoryDocument } from '../../history/index.ts';
import { markdownTable, plain } from '../format/markdown.ts';
import { changesTable } from './changes-table.ts';
import { environmentLines, historyTitle } from './history-lines.ts';
import { trendsTable } from './trends-table.ts';

const MARKS = { passed: '✅', inconclusive: '❔', regression: '❌' } as const;

/** A history for a comment or a job summary: changes first, the trends of each group folded. */
export function historyMarkdown(document: HistoryDocument, options: { readonly all?: boolean } = {}): string {
  const { outcome, reasons, warnings, groups } = document;
  const changes = changesTable(document);
  return [
    `## ${MARKS[outcome]} ${plain(historyTitle(document))}: ${outcome}`,
    '',
    ...(reasons.length > 0 ? [...reasons.map((reason) => `- ${plain(reason)}`), ''] : []),
    changes.rows.length > 0 ? markdownTable(changes) : 'No series changed its level.\n',
    ...groups.flatMap((group) => [
      `<details><summary>${plain(group.name)}</summary>`,
      '',
      markdownTable(trendsTable(group, options)),
      ...environmentLines(group).map((line) => `- ${plain(line)}`),
      '',
      '</details>',
      '',
    ]),
    ...warnings.map((text) => `> ⚠️ ${plain(text)}`),
    ...(warnings.length > 0 ? [''] : []),
  ].join('\n');
}

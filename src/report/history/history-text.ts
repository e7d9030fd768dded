import pc from 'picocolors';
import type { HistoryDocument } from '../../history/index.ts';
import { painter } from '../format/text.ts';
import { textTable } from '../format/text-table.ts';
import type { Tone } from '../model/table.ts';
import { changesTable } from './changes-table.ts';
import { environmentLines, historyTitle } from './history-lines.ts';
import { trendsTable } from './trends-table.ts';

const TONES: Readonly<Record<HistoryDocument['outcome'], Tone>> = {
  passed: 'good',
  inconclusive: 'doubt',
  regression: 'bad',
};

/** A history for a terminal. With `all`, series that neither decide nor changed, too. */
export function historyText(
  document: HistoryDocument,
  options: { readonly all?: boolean; readonly color?: boolean } = {},
): string {
  const paint = painter(options.color ?? pc.isColorSupported);
  const changes = changesTable(document);
  return [
    paint(historyTitle(document), 'strong'),
    ...document.groups.flatMap((group) => [
      '',
      paint(group.name, 'strong'),
      textTable(trendsTable(group, options), paint),
      ...environmentLines(group).map((line) => paint(line, 'dim')),
    ]),
    ...(changes.rows.length > 0 ? ['', paint(changes.title, 'strong'), textTable(changes, paint)] : []),
    ...(document.warnings.length > 0
      ? ['', ...document.warnings.map((text) => paint(`warning: ${text}`, 'doubt'))]
      : []),
    '',
    paint(`${document.outcome} (exit ${document.exitCode})`, TONES[document.outcome]),
    ...document.reasons.map((reason) => `  ${reason}`),
    '',
  ].join('\n');
}

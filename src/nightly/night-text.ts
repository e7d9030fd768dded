import { markdownTable, type Paint, textTable } from '../report/index.ts';
import type { ConcludedEntry } from './conclude-entry.ts';
import type { NightDocument } from './night-document.ts';
import { gateTable, selfTestTable, toneOf, treeText } from './night-tables.ts';

/** What came of a night, for a terminal. */
export function nightText(night: NightDocument, entries: readonly ConcludedEntry[], paint: Paint): string {
  const { outcome, exitCode, reasons, baseline, candidate } = night;
  return [
    `a: baseline ${treeText(baseline)} · b: candidate ${treeText(candidate)}`,
    ...tablesOf(entries).flatMap((table) => ['', textTable(table, paint)]),
    '',
    ...warningsOf(entries).map((text) => paint(`warning: ${text}`, 'doubt')),
    ...(warningsOf(entries).length > 0 ? [''] : []),
    paint(`${outcome} (exit ${exitCode})`, toneOf(outcome)),
    ...reasons.map((reason) => `  ${reason}`),
    '',
  ].join('\n');
}

const MARKS = { good: '✅', doubt: '❔', bad: '❌' } as const;

/** The same for an issue or the summary of a job, in GitHub's Markdown. */
export function nightMarkdown(night: NightDocument, entries: readonly ConcludedEntry[]): string {
  const { outcome, reasons, baseline, candidate } = night;
  return [
    `## ${MARKS[toneOf(outcome)]} nightly: ${outcome}`,
    '',
    `a: baseline ${literal(treeText(baseline))} · b: candidate ${literal(treeText(candidate))}`,
    '',
    ...(reasons.length > 0 ? [...reasons.map((reason) => `- ${literal(reason)}`), ''] : []),
    ...tablesOf(entries).flatMap((table) => [markdownTable(table), '']),
    ...warningsOf(entries).map((text) => `- warning: ${literal(text)}`),
  ].join('\n');
}

function tablesOf(entries: readonly ConcludedEntry[]) {
  return [gateTable(entries), selfTestTable(entries)].filter((table) => table !== undefined);
}

/** What a reader has to know before believing it, such as runs that were left out. */
function warningsOf(entries: readonly ConcludedEntry[]): string[] {
  return entries.flatMap(({ entry, comparison }) =>
    (comparison?.warnings ?? []).map((text) => `${entry.name}: ${text}`),
  );
}

/** In a code span nothing is markup; a reason has words of logs in it. */
function literal(text: string): string {
  return `\`${text.replaceAll('`', "'").replaceAll(/\s+/g, ' ')}\``;
}

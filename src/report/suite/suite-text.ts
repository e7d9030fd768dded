import pc from 'picocolors';
import { markdownTable } from '../format/markdown.ts';
import { painter } from '../format/text.ts';
import { foldTable, textTable } from '../format/text-table.ts';
import { provenanceLines } from './provenance-lines.ts';
import type { SuiteRuns } from './suite-runs.ts';
import { costTable, leftTable, metricsTable } from './suite-tables.ts';

const WIDTH = 120;

/** A suite for a terminal: the tables of each scenario, folded where they are wider than `width`. */
export function suiteText(
  { name, scenarios }: SuiteRuns,
  {
    width = WIDTH,
    color = pc.isColorSupported,
  }: { readonly width?: number | undefined; readonly color?: boolean } = {},
): string {
  const paint = painter(color);
  const runs = scenarios.flatMap(({ rows }) => rows.flatMap((row) => row.runs));
  const blocks = scenarios.flatMap((scenario) =>
    [metricsTable(scenario), leftTable(scenario), costTable(scenario)].flatMap((table) => [
      '',
      paint(table.title, 'strong'),
      ...foldTable(table, width).map((each) => textTable(each, paint)),
    ]),
  );
  return `${[paint(name, 'strong'), ...provenanceLines(runs), ...blocks].join('\n')}\n`;
}

/** The same for a page of documentation. */
export function suiteMarkdown({ name, scenarios }: SuiteRuns): string {
  const runs = scenarios.flatMap(({ rows }) => rows.flatMap((row) => row.runs));
  const blocks = scenarios.flatMap((scenario) =>
    [metricsTable(scenario), leftTable(scenario), costTable(scenario)].map(
      (table) => `### ${table.title}\n\n${markdownTable(table)}`,
    ),
  );
  return `${[`## ${name}`, ...provenanceLines(runs), ...blocks].join('\n\n')}\n`;
}

/** What of it programs read: labels, values, verdicts. */
export function suiteJson({ name, id, scenarios }: SuiteRuns): string {
  const document = {
    name,
    id,
    scenarios: scenarios.map((scenario) => ({
      name: scenario.name,
      rows: scenario.rows.map(({ label, isBaseline, runs, comparison, reason }) => ({
        label,
        isBaseline,
        runs: runs.map((run) => run.id),
        comparison: comparison ?? null,
        notApplicable: reason ?? null,
      })),
    })),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

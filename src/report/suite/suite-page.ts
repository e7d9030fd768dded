import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { html, type Markup } from '../html/markup.ts';
import { ecdfFigure } from '../html/section/ecdf.ts';
import { browserFile, chapter, chapters, page } from '../html/shell.ts';
import { htmlTable } from '../html/table.ts';
import { Distribution } from '../model/distribution.ts';
import type { Table } from '../model/table.ts';
import { provenanceLines } from './provenance-lines.ts';
import { readSuite, type SuiteRuns, type SuiteScenario } from './suite-runs.ts';
import { costTable, leftTable, metricsTable, subjectsOf } from './suite-tables.ts';

const PAGE = 'index.html';
const STYLE = browserFile('suite.css');
/** Rows with a colour of their own: src/report/browser/suite.css. */
const COLOURS = 8;
/** Distributions of durations that are drawn of each scenario. */
const MOST_FIGURES = 2;

/** A suite as one page: tables with verdicts, distributions on one axis, what was left, what it cost. */
export function suiteHtml({ name, description, id, scenarios }: SuiteRuns): string {
  const runs = scenarios.flatMap(({ rows }) => rows.flatMap((row) => row.runs));
  return page(
    `${name} · churnlab`,
    html`<header>
<p class="id">churnlab · ${id}</p>
<h1>${name}</h1>
<p>${description}</p>
${provenanceLines(runs).map((line) => html`<p class="note">${line}</p>`)}
</header>
${chapters(
  scenarios.flatMap(
    (scenario, i) =>
      chapter(`scenario-${i}`, scenario.name, [
        html`<p>${scenario.description}</p>`,
        htmlTable(metricsTable(scenario)),
        figuresOf(scenario, i),
        part(leftTable(scenario)),
        part(costTable(scenario)),
      ]) ?? [],
  ),
)}`,
    { styles: [STYLE] },
  );
}

function part(table: Table): Markup {
  return html`<h3>${table.title}</h3>${htmlTable(table)}`;
}

/** All combinations on one axis; those beyond the colours are in the table alone. */
function figuresOf(scenario: SuiteScenario, i: number): Markup | undefined {
  const durations = subjectsOf(scenario).filter(({ unit }) => unit === 'ns');
  const keys = [...new Set(durations.map(({ key }) => key))].slice(0, MOST_FIGURES);
  const figures = keys.flatMap(
    (key, number) =>
      ecdfFigure(
        `ecdf-${i}-${number}`,
        `${key}: all samples of all runs`,
        'ns',
        scenario.rows.slice(0, COLOURS).flatMap((row, at) => {
          const own = row.runs.flatMap((run) => run.summaries.find((each) => each.key === key) ?? []);
          if (own.length === 0) return [];
          return [{ name: row.label, mark: `row-${at}`, distribution: Distribution.merged(own) }];
        }),
      ) ?? [],
  );
  return figures.length === 0 ? undefined : html`<div class="grid">${figures}</div>`;
}

/** Makes index.html of a suite anew and gives its path; undefined when the folder is not one of a suite. */
export async function writeSuitePage(folder: string): Promise<string | undefined> {
  const suite = await readSuite(folder);
  if (!suite) return undefined;
  const file = path.join(folder, PAGE);
  await writeFile(file, suiteHtml(suite));
  return file;
}

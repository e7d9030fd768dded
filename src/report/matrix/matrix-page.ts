import path from 'node:path';
import { FILES, type Matrix } from '../../measure/index.ts';
import { claimLines } from '../claim/claim-lines.ts';
import { claimOfMatrix } from '../claim/judge-claim.ts';
import { html } from '../html/markup.ts';
import { page } from '../html/shell.ts';
import { htmlTable } from '../html/table.ts';
import { reportModel } from '../model/report-model.ts';
import { toneOf } from '../verdict/outcome-tone.ts';
import { growthTable } from './growth.ts';
import { matrixFigures } from './matrix-figures.ts';
import { combinationName, matrixTable } from './matrix-table.ts';

/** The way into the reports of a matrix: what each combination amounted to, and all of them side by side. */
export function matrixPage({ document, cells }: Matrix): string {
  const { name, description } = document.scenario;
  const reports = cells.map(({ cell, folder, run }) => {
    const { verdict, headline } = reportModel(run);
    const href = path.posix.join(folder, FILES.report);
    return html`<li><a href="${href}">${combinationName(cell)}</a> <strong class="${toneOf(verdict.outcome)}">${verdict.outcome}</strong>
${headline ? html`<br>${headline}` : ''}${verdict.reasons.map((reason) => html`<br>${reason}`)}</li>
`;
  });
  const figures = matrixFigures(cells);
  const growth = growthTable(cells);
  const claim = claimOfMatrix(cells);
  return page(
    `${name}: ${cells.length} combinations · churnlab`,
    html`<header>
<p class="id">churnlab · ${document.id}</p>
<h1>${name}</h1>
<p>${description}</p>
</header>
<main>
<section><h2>Reports</h2><ul class="cells">${reports}</ul></section>
<section><h2>All combinations</h2>${htmlTable(matrixTable(cells))}</section>
${claim ? html`<section><h2>Claim</h2>${claimLines(claim).map(({ text }) => html`<p>${text}</p>`)}</section>` : ''}
${growth ? html`<section><h2>${growth.title}</h2>${htmlTable(growth)}</section>` : ''}
${figures.length > 0 ? html`<section><h2>Latencies</h2><div class="grid">${figures}</div></section>` : ''}
</main>`,
  );
}

import path from 'node:path';
import { FILES, type Matrix } from '../../measure/index.ts';
import { claimLines } from '../claim/claim-lines.ts';
import { claimOfMatrix } from '../claim/judge-claim.ts';
import { html } from '../html/markup.ts';
import { chapter, chapters, page } from '../html/shell.ts';
import { wideTable } from '../html/table.ts';
import { reportModel } from '../model/report-model.ts';
import { toneOf } from '../verdict/outcome-tone.ts';
import { growthTable } from './growth.ts';
import { growthFigures } from './growth-figures.ts';
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
  const curves = growthFigures(cells);
  const claim = claimOfMatrix(cells);
  return page(
    `${name}: ${cells.length} combinations · churnlab`,
    html`<header>
<p class="id">churnlab · ${document.id}</p>
<h1>${name}</h1>
<p>${description}</p>
</header>
${chapters(
  [
    chapter('reports', 'Reports', [html`<ul class="cells">${reports}</ul>`]),
    chapter('claim', 'Claim', claim ? claimLines(claim).map(({ text }) => html`<p>${text}</p>`) : []),
    chapter('growth', growth?.title ?? '', [
      curves.length > 0 ? html`<div class="grid">${curves}</div>` : undefined,
      growth && wideTable(growth),
    ]),
    chapter('latencies', 'Latencies', figures.length > 0 ? [html`<div class="grid">${figures}</div>`] : []),
    chapter('combinations', 'All combinations', [wideTable(matrixTable(cells))]),
  ].filter((each) => each !== undefined),
)}`,
  );
}

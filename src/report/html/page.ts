import type { RunDocument, RunEvent } from '../../measure/index.ts';
import { claimLines } from '../claim/claim-lines.ts';
import type { FillBand } from '../model/fill-bands.ts';
import { reportModel } from '../model/report-model.ts';
import { toneOf } from '../verdict/outcome-tone.ts';
import { html } from './markup.ts';
import { fillLatencyFigure } from './section/fill-latency.ts';
import { partsFigure } from './section/parts.ts';
import { percentileFigures } from './section/percentiles.ts';
import { poolsFigure } from './section/pools.ts';
import { provenance } from './section/provenance.ts';
import { timelineFigure } from './section/timeline.ts';
import { page } from './shell.ts';
import { htmlTable } from './table.ts';

/**
 * The report of a run as one file. `events` are those of events.jsonl that plots show, `fill` says what calls took by fill.
 */
export function htmlReport(
  run: RunDocument,
  events: readonly RunEvent[],
  fill: readonly FillBand[] = [],
): string {
  const model = reportModel(run);
  const { verdict } = model;
  const percentiles = percentileFigures(run);
  const overTime = [
    timelineFigure(run, events),
    poolsFigure(run, events),
    fillLatencyFigure(fill, events),
    partsFigure(run),
  ].filter((plot) => plot !== undefined);
  return page(
    `${model.title}: ${verdict.outcome} · churnlab`,
    html`<header>
<p class="id">churnlab · ${model.id}</p>
<h1>${model.title}</h1>
<p>${model.description}</p>
<div class="verdict ${toneOf(verdict.outcome)}"><strong>${verdict.outcome}</strong> <span class="exit">exit ${verdict.exitCode}</span>
${verdict.reasons.length > 0 ? html`<ul>${verdict.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : ''}</div>
${model.headline ? html`<p class="headline">${model.headline}</p>` : ''}
${model.claim ? claimLines(model.claim).map(({ text }) => html`<p>${text}</p>`) : ''}
${model.warnings.map((warning) => html`<p class="warning">Warning: ${warning}</p>`)}
<ul class="lead">${model.lead.map((line) => html`<li>${line}</li>`)}</ul>
</header>
<main>
${model.tables.map((table) => html`<section>${table.continues ? html`<h3>${table.title}</h3>` : html`<h2>${table.title}</h2>`}${htmlTable(table)}</section>`)}
${percentiles.length > 0 ? html`<section><h2>Percentiles</h2><p class="about">Each further nine takes the same room, so that the tail is as easy to read as the middle.</p><div class="grid">${percentiles}</div></section>` : ''}
${overTime.length > 0 ? html`<section><h2>Time</h2>${overTime}</section>` : ''}
${provenance(run)}
</main>`,
  );
}

import type { RunDocument } from '../../measure/index.ts';
import { claimLines } from '../claim/claim-lines.ts';
import { Distribution } from '../model/distribution.ts';
import { NO_RAW_DATA, type RawData } from '../model/raw-data.ts';
import { type ReportModel, reportModel } from '../model/report-model.ts';
import type { Table } from '../model/table.ts';
import { toneOf } from '../verdict/outcome-tone.ts';
import { html, type Markup } from './markup.ts';
import { figure } from './plot/figure.ts';
import { ecdfFigure } from './section/ecdf.ts';
import { fillLatencyFigure } from './section/fill-latency.ts';
import { heatPlot } from './section/heat.ts';
import { partsFigure } from './section/parts.ts';
import { percentilePlot } from './section/percentiles.ts';
import { poolsFigure } from './section/pools.ts';
import { filesSection, fingerprintSection, scenarioSection } from './section/provenance.ts';
import { tiles } from './section/tiles.ts';
import { timelinePlot } from './section/timeline.ts';
import { waterfallFigures } from './section/waterfall.ts';
import { type Chapter, chapter, chapters, page } from './shell.ts';
import { htmlTable } from './table.ts';

/** The report of a run as one file. */
export function htmlReport(run: RunDocument, raw: RawData = NO_RAW_DATA): string {
  const model = reportModel(run);
  return page(
    `${model.title}: ${model.verdict.outcome} · churnlab`,
    html`${header(run, model)}
${chapters(chaptersOf(run, model, raw))}`,
  );
}

function header(run: RunDocument, model: ReportModel): Markup {
  const { verdict } = model;
  return html`<header>
<p class="id">churnlab · ${model.id}</p>
<h1>${model.title}</h1>
<p>${model.description}</p>
<div class="verdict ${toneOf(verdict.outcome)}"><strong>${verdict.outcome}</strong> <span class="exit">exit ${verdict.exitCode}</span>
${verdict.reasons.length > 0 ? html`<ul>${verdict.reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : ''}</div>
${model.headline ? html`<p class="headline">${model.headline}</p>` : ''}
${model.claim ? claimLines(model.claim).map(({ text }) => html`<p>${text}</p>`) : ''}
${model.warnings.map((warning) => html`<p class="warning">Warning: ${warning}</p>`)}
${tiles(run, verdict)}
<ul class="lead">${model.lead.map((line) => html`<li>${line}</li>`)}</ul>
</header>`;
}

function chaptersOf(run: RunDocument, model: ReportModel, raw: RawData): Chapter[] {
  const titled = (titles: readonly string[]) => model.tables.filter(({ title }) => titles.includes(title));
  const verdicts = titled(['Gates']);
  const invariants = titled(['Invariants']);
  const metrics = titled(['Metrics']);
  const ranOut = model.tables.filter((table) => ![...verdicts, ...invariants, ...metrics].includes(table));
  const all: (Chapter | undefined)[] = [
    chapter('gates', 'Gates', verdicts.map(tableOf)),
    chapter('latency', 'Latency', latencies(run)),
    chapter('time', 'Over time', [
      ...[timelinePlot(run, raw.events), ...raw.heat.map((map, i) => heatPlot(map, run, raw.events, i))]
        .filter((plot) => plot !== undefined)
        .map(figure),
      poolsFigure(run, raw.events),
      fillLatencyFigure(raw.fill, raw.events),
    ]),
    chapter('call', 'Inside a call', [partsFigure(run), ...waterfallFigures(raw.waits)]),
    chapter('exhaustion', ranOut[0]?.title ?? '', ranOut.map(tableOf)),
    chapter('metrics', 'Metrics', metrics.map(tableOf)),
    chapter('invariants', 'Invariants', invariants.map(tableOf)),
    chapter('machine', 'Machine', [fingerprintSection(run)]),
    chapter('scenario', 'Scenario as run', [scenarioSection(run)]),
    chapter('files', 'Raw data', [filesSection()]),
  ];
  return all.filter((each) => each !== undefined);
}

function tableOf(table: Table): Markup {
  return html`${table.continues ? html`<h3>${table.title}</h3>` : ''}${htmlTable(table)}`;
}

/** For each metric that is gated or plotted, its tail and its whole. */
function latencies(run: RunDocument): Markup[] {
  const rows = run.primary.flatMap((key, i) => {
    const summary = run.summaries.find((candidate) => candidate.key === key);
    if (summary === undefined) return [];
    const distribution = Distribution.of(summary);
    const tail = percentilePlot(run, summary, i);
    const whole = ecdfFigure(`ecdf-${i}`, `${key}: share within`, summary.unit, [
      { name: key, mark: '', distribution },
    ]);
    return tail || whole ? [html`<div class="grid">${tail && figure(tail)}${whole}</div>`] : [];
  });
  const about = html`<p class="about">Left: each further nine takes the same room, so that the tail is as easy to read as the middle; the thick marks are 95 % intervals. Right: the share of all operations that succeeded within a time.</p>`;
  return rows.length === 0 ? [] : [about, ...rows];
}

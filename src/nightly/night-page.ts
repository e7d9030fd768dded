import path from 'node:path';
import { FILES } from '../measure/index.ts';
import { html, htmlTable, page } from '../report/index.ts';
import type { ConcludedEntry } from './conclude-entry.ts';
import type { NightDocument } from './night-document.ts';
import { gateTable, selfTestTable, toneOf, treeText } from './night-tables.ts';

/** The way into the reports of a night: what each scenario came to, and the gated metrics of all. */
export function nightPage(night: NightDocument, entries: readonly ConcludedEntry[]): string {
  const { id, outcome, exitCode, baseline, candidate, reasons } = night;
  const reports = entries.map(({ entry, comparison }) => {
    const { name, series, outcome: came, reasons: why } = entry;
    const href = path.posix.join(series, FILES.report);
    return html`<li>${comparison ? html`<a href="${href}">${name}</a>` : name} <strong class="${toneOf(came)}">${came}</strong>
${why.map((reason) => html`<br>${reason}`)}</li>
`;
  });
  const [gates, selfTest] = [gateTable(entries), selfTestTable(entries)];
  return page(
    `nightly: ${outcome} · churnlab`,
    html`<header>
<p class="id">churnlab · ${id}</p>
<h1>nightly</h1>
<p><strong>a</strong> baseline ${treeText(baseline)} · <strong>b</strong> candidate ${treeText(candidate)}</p>
<div class="verdict ${toneOf(outcome)}"><strong>${outcome}</strong> <span class="exit">exit ${exitCode}</span>
${reasons.length > 0 ? html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>` : ''}</div>
</header>
<main>
<section><h2>Scenarios</h2><ul class="cells">${reports}</ul></section>
${gates ? html`<section><h2>Gated metrics</h2>${htmlTable(gates)}</section>` : ''}
${selfTest ? html`<section><h2>${selfTest.title}</h2>${htmlTable(selfTest)}</section>` : ''}
</main>`,
  );
}

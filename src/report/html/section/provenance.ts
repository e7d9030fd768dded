import { FILES, type RunDocument } from '../../../measure/index.ts';
import { format } from '../../../stats/index.ts';
import { cell, left, type Table } from '../../model/table.ts';
import { html, type Markup } from '../markup.ts';
import { htmlTable } from '../table.ts';

/** The machine, and in what condition it was. */
export function fingerprintSection(run: RunDocument): Markup {
  return htmlTable(fingerprintTable(run));
}

/** The scenario as it ran: its file, what a command changed, and every default. */
export function scenarioSection({ scenario }: RunDocument): Markup {
  return html`<p>${scenario.file}${scenario.changed.length > 0 ? ', changed for this run:' : ''}</p>
${scenario.changed.length > 0 ? html`<ul>${scenario.changed.map((line) => html`<li>${line}</li>`)}</ul>` : ''}
<pre tabindex="0">${scenario.source}</pre>
<details><summary>With all defaults filled in</summary><pre tabindex="0">${JSON.stringify(scenario.asRun, null, 2)}</pre></details>`;
}

/** What lies beside the page. */
export function filesSection(): Markup {
  const files = [
    [FILES.document, 'scenario, fingerprint, summaries, windows, invariants, gates'],
    [FILES.samples, 'raw samples, one JSON object a line'],
    [FILES.columns, 'raw samples of metrics that come by the thousand, in columns'],
    [FILES.events, 'what happened, with instants'],
  ] as const;
  return html`<p>Beside this page, in the folder of the run:</p><ul>
${files.map(([file, what]) => html`<li><a href="./${file}">${file}</a>: ${what}</li>`)}</ul>`;
}

function fingerprintTable({
  fingerprint: { identity, condition },
  clock,
  startedAt,
  endedAt,
}: RunDocument): Table {
  const probe = (p: typeof condition.noiseBefore) =>
    `p50 ${format(p.p50, 'ns')}, p99 ${format(p.p99, 'ns')}, max ${format(p.max, 'ns')}`;
  const facts: readonly (readonly [string, string])[] = [
    ['run', `${startedAt} to ${endedAt}`],
    ['CPU', `${identity.cores} × ${identity.cpu} (${identity.arch})`],
    ['memory', format(identity.memoryBytes, 'bytes')],
    ['kernel', identity.emulated ? `${identity.kernel}, on an emulated processor` : identity.kernel],
    ['Node', identity.node],
    [
      'churnlab',
      `${identity.churnlab} at ${identity.commit}${identity.dirty ? ', with uncommitted changes' : ''}`,
    ],
    ['configuration', identity.configuration],
    ['clock', `${clock.source}, error at most ${format(clock.errorNs, 'ns')}`],
    ['steal', format(condition.stealShare, 'ratio')],
    ['load average', `${condition.loadBefore.toFixed(2)} before, ${condition.loadAfter.toFixed(2)} after`],
    ['noise probe before', probe(condition.noiseBefore)],
    ['noise probe after', probe(condition.noiseAfter)],
    [
      'event loop lag',
      `p50 ${format(condition.loopLag.p50, 'ns')}, p99 ${format(condition.loopLag.p99, 'ns')}, max ${format(condition.loopLag.max, 'ns')}`,
    ],
  ];
  return {
    title: 'Fingerprint',
    columns: [left(''), left('')],
    rows: facts.map(([name, value]) => [cell(name, 'dim'), cell(value)]),
  };
}

import { FILES, type RunDocument } from '../../../measure/index.ts';
import { format } from '../../../stats/index.ts';
import { cell, left, type Table } from '../../model/table.ts';
import { html, type Markup } from '../markup.ts';
import { htmlTable } from '../table.ts';

/** Where the numbers come from: the machine, the scenario as it ran, the raw data beside the page. */
export function provenance(run: RunDocument): Markup {
  const { scenario } = run;
  return html`<section id="machine"><h2>Machine</h2>${htmlTable(fingerprintTable(run))}</section>
<section id="scenario"><h2>Scenario as run</h2>
<p>${scenario.file}${scenario.changed.length > 0 ? ', changed for this run:' : ''}</p>
${scenario.changed.length > 0 ? html`<ul>${scenario.changed.map((line) => html`<li>${line}</li>`)}</ul>` : ''}
<pre tabindex="0">${scenario.source}</pre>
<details><summary>With all defaults filled in</summary><pre tabindex="0">${JSON.stringify(scenario.asRun, null, 2)}</pre></details></section>
<section id="files"><h2>Raw data beside this page</h2><ul>
${[FILES.document, FILES.samples, FILES.columns, FILES.events].map((file) => html`<li><a href="./${file}">${file}</a></li>`)}</ul></section>
`;
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

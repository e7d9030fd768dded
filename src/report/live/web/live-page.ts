import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { html } from '../../html/markup.ts';
import { browserFile, page } from '../../html/shell.ts';

const require = createRequire(import.meta.url);

/** Numbers of now, by the id that the script of the page fills: all at once for those who do not see plots. */
const NOW = [
  ['started', 'started'],
  ['rate', 'arrivals'],
  ['alive', 'alive'],
  ['latency', 'latency'],
  ['failed', 'failed'],
  ['late', 'generator'],
  ['elapsed', 'time'],
  ['left', 'left'],
] as const;

/** The page of a run that goes on, as one file with the library that draws; it asks for nothing but its events. */
export function livePage(): string {
  const body = html`<header>
<p class="id">churnlab · <span id="phase"></span></p>
<h1 id="title">A run</h1>
<p><strong id="state" role="status">no script</strong> <span id="end"></span></p>
<progress id="progress" value="0" max="1" aria-label="started of planned"></progress>
<dl class="now">${NOW.map(([id, name]) => html`<div><dt${id === 'latency' ? html` id="latency-name"` : ''}>${name}</dt><dd id="${id}">–</dd></div>`)}</dl>
</header>
<main>
<div id="charts" class="charts"></div>
<h2>What happened</h2>
<ol id="log" class="log" aria-live="polite"></ol>
</main>`;
  return page('A run · churnlab', body, {
    styles: [readFileSync(require.resolve('uplot/dist/uPlot.min.css'), 'utf8'), browserFile('live.css')],
    scripts: [readFileSync(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8'), browserFile('live.js')],
    connects: true,
  });
}

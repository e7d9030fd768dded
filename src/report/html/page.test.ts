import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../measure/index.ts';
import { FillBands } from '../model/fill-bands.ts';
import { NO_RAW_DATA } from '../model/raw-data.ts';
import { exhaustedRun } from '../testdata/exhausted-run.ts';
import { runWith, summaryOf } from '../testdata/small-run.ts';
import { syntheticRun } from '../testdata/synthetic-run.ts';
import { html } from './markup.ts';
import { htmlReport } from './page.ts';

const HOSTILE = `"><script>alert(1)</script><img src=x onerror='alert(1)'>&amp;`;
const good = syntheticRun();

/** What the page says, without its style and its script. */
function contentOf(page: string): string {
  return page.replaceAll(/<(style|script)>.*?<\/\1>/gs, '');
}

const fault: RunEvent = { kind: 'fault', at: runWith().clock.startNs + 5e9, text: HOSTILE, node: HOSTILE };

describe('htmlReport', () => {
  it('holds the verdict, every table and every plot', () => {
    const page = htmlReport(good);
    expect(page).toContain('<strong>passed</strong>');
    for (const title of [
      'Gates',
      'Latency',
      'Over time',
      'Inside a call',
      'Metrics',
      'Invariants',
      'Machine',
      'Scenario as run',
    ]) {
      expect(page).toContain(`<h2>${title}</h2>`);
    }
    for (const id of ['percentiles-0', 'percentiles-3', 'ecdf-0', 'timeline', 'parts'])
      expect(page).toContain(`<figure id="${id}">`);
  });

  it('asks for nothing from anywhere, and forbids it', () => {
    const page = htmlReport(syntheticRun({ violations: true, outage: [5, 6] }), {
      ...NO_RAW_DATA,
      events: [fault],
    });
    expect(page).toMatch(/content="default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'"/);
    expect(
      page.match(/https?:|url\(|@import|<(link|img|iframe|object|embed|form|base)\b|fetch\(/gi),
    ).toBeNull();
    expect(page.match(/<script\b/g)).toHaveLength(1);
    const targets = [...page.matchAll(/href="([^#"][^"]*)"/g)].map(([, target]) => target);
    expect(targets).toEqual(['./run.json', './samples.jsonl.gz', './samples.columns', './events.jsonl']);
  });

  it('escapes whatever comes from outside, wherever it is put', () => {
    const run = runWith({
      id: HOSTILE,
      scenario: {
        name: HOSTILE,
        description: HOSTILE,
        file: HOSTILE,
        source: HOSTILE,
        changed: [HOSTILE],
        asRun: HOSTILE,
      },
      lab: { network: HOSTILE },
      summaries: [summaryOf('cni.add', { key: HOSTILE, warnings: [HOSTILE] })],
      primary: [HOSTILE],
      invariants: [
        { name: 'x', title: HOSTILE, checks: 1, violations: 1, witness: { text: HOSTILE, at: 0, ageNs: 1 } },
      ],
      warnings: [HOSTILE],
    });
    const page = htmlReport(run, { ...NO_RAW_DATA, events: [fault] });
    expect(contentOf(page).match(/<script|<img|onerror='/g)).toBeNull();
    expect(page).toContain('&#34;&#62;&#60;script&#62;');
  });

  it('draws what there is: no samples, one sample, failures only', () => {
    const empty = contentOf(htmlReport(runWith({ summaries: [], primary: [], windows: [] })));
    expect(empty).not.toContain('NaN');
    const failed = summaryOf('cni.add', { ok: 0, failed: { timeout: 1000 } });
    const page = htmlReport(runWith({ summaries: [failed] }));
    expect(page).toContain('failed-band');
    expect(contentOf(page)).not.toMatch(/NaN|Infinity/);
  });

  it('never writes a number that is none into a drawing', () => {
    const page = htmlReport(syntheticRun({ outage: [0, 10] }), { ...NO_RAW_DATA, events: [fault] });
    expect(contentOf(page).match(/NaN|Infinity/g)).toBeNull();
  });

  it('has a table behind every plot, and a name for those who do not see it', () => {
    const page = htmlReport(good);
    const figures = page.split('<figure ').slice(1);
    for (const figure of figures) {
      expect(figure).toMatch(/<svg [^>]*role="img" aria-label="[^"]{20,}"/);
      expect(figure).toMatch(/<details>.*<table>/s);
    }
    expect(figures).toHaveLength(10);
  });
});

describe('htmlReport of a run that ran out', () => {
  const { run, events, samples } = exhaustedRun();
  const bands = new FillBands();
  for (const event of events) bands.onEvent(event);
  for (const sample of samples) bands.onSample(sample);
  const page = htmlReport(run, { ...NO_RAW_DATA, events, fill: bands.bands() });

  it('says so above everything else, with plots of pools and of latency by fill', () => {
    expect(page).toContain('<p class="headline">Ran out: default/fill-000248 got no address');
    expect(page).toContain('<h2>What ran out</h2>');
    for (const id of ['pools', 'fill-latency']) expect(page).toContain(`<figure id="${id}">`);
    expect(contentOf(page)).not.toMatch(/NaN|Infinity|undefined/);
  });

  it('has what is drawn in tables, with what happened', () => {
    const pools = page.slice(page.indexOf('<figure id="pools">'), page.indexOf('<figure id="fill-latency">'));
    expect(pools).toContain('growPool default 10.31.0.0/26</td>');
    expect(pools).toMatch(/>nodes waiting<.*>pods waiting</s);
  });

  it('draws a pool far larger than what nodes have of it to the scale of what they have', () => {
    const huge = events.map((event): RunEvent => {
      if (event.kind !== 'ipam') return event;
      const pools = event.view.pools.map((pool) => ({ ...pool, capacity: 65_024 }));
      return { ...event, view: { ...event.view, pools } };
    });
    expect(htmlReport(run, { ...NO_RAW_DATA, events: huge })).toContain('>addresses (of 65,024)</text>');
  });

  it('has no plot of pools that were looked at once', () => {
    const once = events.filter((event) => event.kind !== 'ipam' || event.at === run.clock.startNs);
    expect(htmlReport(run, { ...NO_RAW_DATA, events: once })).not.toContain('<figure id="pools">');
  });
});

describe('html', () => {
  it('lets no value out of its place', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const { text: made } = html`<a title="${text}">${[text, html`<b>${text}</b>`]}</a>`;
        expect(made.replace(/&#\d+;/g, '').match(/[<>"']/g)).toEqual([...'<"">', ...'<>', ...'<>', ...'<>']);
      }),
    );
  });
});

/** Every kind of page in a real browser: what is drawn, what it does, and that it asks for nothing. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallHistory } from '../history/testdata/small-history.ts';
import { RunFolder, readEvents, readMatrix } from '../measure/index.ts';
import { comparisonHtml } from './comparison/comparison-page.ts';
import { historyHtml } from './history/history-page.ts';
import { LiveServer } from './live/web/live-server.ts';
import { publishMatrix } from './matrix/publish-matrix.ts';
import { publish, writeHtml } from './publish.ts';
import { openPage, structureOf } from './testdata/browser.ts';
import { exhaustedRun } from './testdata/exhausted-run.ts';
import { madeUpSide, smallComparison } from './testdata/small-comparison.ts';
import { runWith, summaryOf } from './testdata/small-run.ts';
import { syntheticFolder } from './testdata/synthetic-run.ts';

let folder = '';
/** Addresses by kind of page. */
const pages: Record<string, string> = {};

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'churnlab-pages-'));
  const synthetic = await syntheticFolder({ pods: 3000, outage: [5, 6], violations: true });
  pages.run = pathToFileURL(await writeHtml(synthetic.path)).href;
  pages.exhausted = await exhausted();
  pages.matrix = await matrix();
  pages.history = await written('history.html', historyHtml(smallHistory()));
  const runs = [...madeUpSide('base').runs, ...madeUpSide('candidate', { seed: 2 }).runs];
  pages.comparison = await written(
    'comparison.html',
    comparisonHtml(
      smallComparison(),
      runs.map(({ run }) => run),
    ),
  );
  return () => rm(path.dirname(synthetic.path), { recursive: true });
});

afterAll(() => rm(folder, { recursive: true }));

async function written(name: string, text: string): Promise<string> {
  await writeFile(path.join(folder, name), text);
  return pathToFileURL(path.join(folder, name)).href;
}

/** A run that ran out, with its raw data. */
async function exhausted(): Promise<string> {
  const { run, events, samples } = exhaustedRun();
  const made = RunFolder.create(folder, 'exhausted');
  for (const event of events) made.event(event);
  for (const sample of samples) made.write(sample);
  await publish(made, { ...run, id: made.id });
  return pathToFileURL(path.join(made.path, 'report.html')).href;
}

/** Costs that grow with a size, one series of them linear, the other not at all. */
async function matrix(): Promise<string> {
  const cells = [];
  for (const services of ['ebpf', 'iptables']) {
    for (const serviceCount of [1, 10, 100, 1000]) {
      const ms = services === 'ebpf' ? 0.05 : 0.02 + serviceCount * 0.001;
      const value = { value: ms * 1e6, atLeast: false };
      const made = RunFolder.create(folder, 'service-scale');
      await publish(made, {
        ...runWith({
          summaries: [
            summaryOf('service.connect', { p50: value, p99: { ...value, value: value.value * 3 } }),
          ],
          primary: ['service.connect'],
        }),
        id: made.id,
      });
      cells.push({ cell: { services, serviceCount }, folder: made.path });
    }
  }
  const scenario = { name: 'service-scale', description: 'Services.', file: 'x.yaml' };
  const { folder: at } = await publishMatrix(folder, { scenario, startedAt: new Date(0), cells });
  expect(await readMatrix(at)).toBeDefined();
  return pathToFileURL(path.join(at, 'index.html')).href;
}

const KINDS = ['run', 'exhausted', 'matrix', 'comparison', 'history'];

describe.each(KINDS)('the page of a %s', (kind) => {
  it('draws what it is to draw, and asks for nothing', async () => {
    await using opened = await openPage(pages[kind]!);
    const { page, requests, complaints } = opened;
    await expect(await structureOf(page)).toMatchFileSnapshot(`testdata/structure/${kind}.txt`);
    for (const summary of await page.locator('details > summary').all()) await summary.click();
    for (const button of await page.locator('.legend button').all()) await button.click();
    expect(requests).toEqual([]);
    expect(complaints).toEqual([]);
  });

  it.each([
    [390, false],
    [1280, true],
  ])('fits %i px, dark: %s', async (width, dark) => {
    await using opened = await openPage(pages[kind]!, { width, dark });
    const { page, complaints } = opened;
    const beyond = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
    expect(beyond).toBeLessThanOrEqual(0);
    const background = await page.evaluate('getComputedStyle(document.body).backgroundColor');
    expect(background).toBe(dark ? 'rgb(18, 21, 24)' : 'rgb(255, 255, 255)');
    const shown = await page.$$eval('figure svg', (all) =>
      all.filter((svg) => svg.getBoundingClientRect().width > 0).map((svg) => svg.getAttribute('class')),
    );
    expect(new Set(shown)).toEqual(new Set([width < 720 ? 'narrow' : 'wide']));
    expect(complaints).toEqual([]);
  });

  it('leads to every chapter, and prints without what cannot be used on paper', async () => {
    await using opened = await openPage(pages[kind]!);
    const { page } = opened;
    const targets = await page.$$eval('nav a', (all) => all.map((link) => link.getAttribute('href')!));
    for (const target of targets) expect(await page.locator(target).count()).toBe(1);
    await page.emulateMedia({ media: 'print' });
    expect(await page.locator('nav').isVisible()).toBe(false);
    expect(await page.locator('details:not([open])').first().isVisible()).toBe(false);
  });
});

describe('the page of a run', () => {
  it('says under the pointer what the table behind the plot says, by keyboard too', async () => {
    await using opened = await openPage(pages.run!);
    const plot = opened.page.locator('#timeline .plot');
    const readout = plot.locator('.readout');
    expect(await readout.isVisible()).toBe(false);
    await plot.hover({ position: { x: 300, y: 100 } });
    await expect.poll(() => readout.locator('dt').allTextContents()).toContain('arrivals');
    await plot.focus();
    await plot.press('Home');
    const first = opened.page.locator('#timeline tbody tr').first();
    const values = (await first.locator('td').allTextContents()).filter((text) => text !== '');
    expect(await readout.locator('dd').allTextContents()).toEqual(values);
    await plot.press('ArrowRight');
    expect(await readout.locator('dd').first().textContent()).toBe('1');
    await plot.press('Escape');
    expect(await readout.isVisible()).toBe(false);
  });

  it('switches a series off and on', async () => {
    await using opened = await openPage(pages.run!);
    const line = opened.page.locator('#timeline svg.wide .line.p99');
    const button = opened.page.locator('#timeline .legend button', { hasText: 'p99' });
    await button.click();
    expect(await button.getAttribute('aria-pressed')).toBe('false');
    expect(await line.isVisible()).toBe(false);
    await button.click();
    expect(await line.isVisible()).toBe(true);
  });

  it('sorts a table by what its values mean', async () => {
    await using opened = await openPage(pages.run!);
    const table = opened.page.locator('#metrics table');
    const column = async () =>
      await table
        .locator('tbody tr td:nth-child(4)')
        .evaluateAll((all) => all.map((cell) => cell.textContent));
    await table.locator('th button', { hasText: 'p50' }).click();
    const down = await column();
    expect(await table.locator('th[aria-sort]').getAttribute('aria-sort')).toBe('descending');
    expect(down.at(-1)).toMatch(/ ns$| µs$/);
    await table.locator('th button', { hasText: 'p50' }).click();
    expect(await column()).toEqual(down.toReversed());
  });
});

describe('the live page', () => {
  it('draws what comes, says what happened, and ends with the run', async () => {
    const { path: at } = await syntheticFolder({ pods: 900, outage: [1, 2] });
    await using server = await LiveServer.start();
    await using opened = await openPage(server.url);
    const { page, requests, complaints } = opened;
    for await (const event of readEvents(at)) server.onEvent(event);
    await rm(path.dirname(at), { recursive: true });
    await expect
      .poll(() => page.locator('#log li').allTextContents())
      .toContainEqual(expect.stringContaining('kill agent on n2'));
    await expect.poll(() => page.locator('#charts canvas').count()).toBe(3);
    expect(await page.locator('#charts h2').allTextContents()).toEqual(['Load', 'pod.sandbox', 'cni.add']);
    await expect.poll(() => page.locator('#started').textContent()).toBe('585 of 900');
    server.end({ outcome: 'gate broken', folder: 'results/x' });
    await expect.poll(() => page.locator('#state').textContent()).toBe('ended: gate broken');
    expect(requests).toEqual([`${server.url}events`]);
    expect(complaints).toEqual([]);
  });
});

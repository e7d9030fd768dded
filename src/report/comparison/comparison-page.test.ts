import { describe, expect, it } from 'vitest';
import { madeUpSide, smallComparison } from '../testdata/small-comparison.ts';
import { comparisonHtml } from './comparison-page.ts';

const runs = [...madeUpSide('base').runs, ...madeUpSide('candidate', { seed: 2 }).runs].map(({ run }) => run);
const comparison = smallComparison();

/** The part of the page that one figure takes. */
function figureOf(page: string, id: string): string {
  const from = page.indexOf(`<figure id="${id}">`);
  return from < 0 ? '' : page.slice(from, page.indexOf('</figure>', from));
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

describe('comparisonHtml', () => {
  const page = comparisonHtml(comparison, runs);

  it('begins with the verdict and why', () => {
    expect(page).toContain('<div class="verdict bad"><strong>regression</strong>');
    expect(page).toContain('<li>cni.add p50: worse by');
  });

  it('draws every difference with its interval, in both sizes', () => {
    const forest = figureOf(page, 'forest');
    const shown = comparison.metrics.filter(({ difference }) => difference?.relative).length;
    expect(shown).toBeGreaterThan(2);
    expect(count(forest, /<line class="spread /g)).toBe(2 * shown);
    expect(count(forest, /<rect class="same-band"/g)).toBe(2 * shown);
    expect(count(forest, /<circle class="dot bad"/g)).toBe(
      2 * comparison.metrics.filter(({ verdict }) => verdict.kind === 'worse').length,
    );
  });

  it('shows each run as a dot, and the samples of both sides on one axis', () => {
    expect(count(figureOf(page, 'runs-0'), /<circle class="dot run [ab] /g)).toBe(2 * 16);
    expect(count(figureOf(page, 'ecdf-0'), /<path class="curve [ab]"/g)).toBe(2 * 2);
  });

  it('has distributions only where it is given the runs, and leaves out those that do not count', () => {
    expect(comparisonHtml(comparison)).not.toContain('id="ecdf-0"');
    const noisy = {
      ...comparison,
      conditions: runs
        .slice(0, 8)
        .map(({ id }) => ({ side: 'a' as const, run: id, reason: 'steal', counted: false })),
    };
    expect(count(figureOf(comparisonHtml(noisy, runs), 'ecdf-0'), /<path class="curve a"/g)).toBe(0);
  });

  it('lets an interval without an end go on in an arrow', () => {
    const [first, ...rest] = comparison.metrics;
    const open = { value: 0.02, low: -0.01, high: null };
    const metrics = [
      { ...first!, difference: { absolute: { ...open, high: null }, relative: open } },
      ...rest,
    ];
    const forest = figureOf(comparisonHtml({ ...comparison, metrics }), 'forest');
    expect(count(forest, /<path class="dot /g)).toBe(2);
  });

  it('escapes what comes from outside', () => {
    const hostile = '"><img src=x onerror=alert(1)>';
    const text = comparisonHtml({
      ...comparison,
      title: hostile,
      reasons: [hostile],
      warnings: [hostile],
      sides: { ...comparison.sides, a: { ...comparison.sides.a, name: hostile } },
    });
    expect(text).not.toContain('<img');
  });
});

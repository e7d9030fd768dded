import { describe, expect, it } from 'vitest';
import { smallHistory } from '../../history/testdata/small-history.ts';
import { historyHtml } from './history-page.ts';

const history = smallHistory();
const page = historyHtml(history);

function figureOf(id: string): string {
  const from = page.indexOf(`<figure id="${id}">`);
  return page.slice(from, page.indexOf('</figure>', from));
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0;
}

describe('historyHtml', () => {
  it('begins with the verdict, then says what is open before what somebody explained', () => {
    expect(page).toContain('<div class="verdict bad"><strong>regression</strong>');
    const states = [
      ...page
        .slice(0, page.indexOf('<figure'))
        .matchAll(/<td class="left[^"]*">(open|environment|acknowledged)</g),
    ];
    expect(states.map(([, state]) => state)).toEqual(['open', 'environment', 'acknowledged']);
    expect(page).toContain('every lease is durable before the answer now');
  });

  it('draws a dot for each night, the level on both sides of a change, and a spike as an arrow', () => {
    const trend = figureOf('trend-0-0');
    expect(count(trend, /<circle class="dot/g)).toBe(2 * 23);
    expect(count(trend, /<path class="dot bad"/g)).toBe(2);
    expect(count(trend, /<line class="level"/g)).toBe(2 * 2);
  });

  it('marks changes by what is known of them, and changes of the environment in every trend', () => {
    expect(count(figureOf('trend-0-0'), /<line class="mark phase"/g)).toBe(2);
    expect(count(figureOf('trend-0-2'), /<line class="mark fault"/g)).toBe(2);
    for (const i of [0, 1, 2, 3])
      expect(count(figureOf(`trend-0-${i}`), /<line class="mark change"/g)).toBe(2);
    expect(figureOf('trend-0-1')).toContain('kernel: 6.12.0 to 6.18.0');
  });

  it('has a row for each value in the table behind a trend', () => {
    history.groups[0]!.series.forEach(({ values }, i) => {
      expect(count(figureOf(`trend-0-${i}`), /<tr data-at=/g)).toBe(values.length);
    });
  });

  it('draws what there is: nothing at all', () => {
    const empty = historyHtml({ ...history, groups: [], outcome: 'inconclusive', exitCode: 6 });
    expect(empty).toContain('No results.');
    expect(empty).toContain('None of these series changed its level.');
  });
});

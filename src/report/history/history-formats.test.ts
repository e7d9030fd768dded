import { describe, expect, it } from 'vitest';
import { smallHistory } from '../../history/testdata/small-history.ts';
import { historyMarkdown } from './history-markdown.ts';
import { historyText } from './history-text.ts';

const document = smallHistory();

describe('a history', () => {
  it('for a terminal', () => {
    expect(historyText(document, { color: false })).toMatchInlineSnapshot(`
      "results/nightly: 24 points, 2026-10-01 to 2026-10-24

      pod-churn
      metric                    points  trend                      newest  level
      cni.add p99                   24  ▁▁▁▁▁▁▁▁▁▄▄▃█▄▃▄▃▄▄▃▄▄▄▄  4.64 ms  +12.2 % since 2026-10-10  decides
      pod.ready p50                 24  ▄▄▅▄▄▅▄▄▄▄▅▅▄▅▄▅▁▁▁▁▁▁▁▁  18.1 ms  −14.3 % since 2026-10-17
      cni.add p50, b against a      24  ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▃▃▃▃▃▃  +7.63 %  +7.60 % since 2026-10-19  decides
      1 more series without a change
      2026-10-17: identity.kernel 6.12.0 → 6.18.0
      the machine was not quiet at 1 of 24 points

      Changes
      since       metric                      before    after   change      p  state         reason
      2026-10-19  cni.add p50, b against a  +0.400 %  +8.00 %  +7.60 %  0.002  open
      2026-10-17  pod.ready p50              21.0 ms  18.0 ms  −14.3 %  0.001  environment
      2026-10-10  cni.add p99                4.10 ms  4.60 ms  +12.2 %  0.001  acknowledged  every lease is durable before the answer now
      p: share of random orders of the values with a split as clear. open: nobody said why; environment: the machine or the configuration changed with it; undone: the level before it is back. Metrics in bold decide the outcome.

      regression (exit 5)
        pod-churn: cni.add p50 against the baseline: worse by 7.60 % since 2026-10-19
      "
    `);
  });

  it('for a comment', () => {
    expect(historyMarkdown(document)).toMatchInlineSnapshot(`
      "## ❌ results/nightly: 24 points, 2026-10-01 to 2026-10-24: regression

      - pod-churn: cni.add p50 against the baseline: worse by 7.60 % since 2026-10-19

      | since | metric | before | after | change | p | state | reason |
      | :-- | :-- | --: | --: | --: | --: | :-- | :-- |
      | 2026-10-19 | **cni.add p50, b against a** | +0.400 % | +8.00 % | **+7.60 %** | 0.002 | **open** |  |
      | 2026-10-17 | pod.ready p50 | 21.0 ms | 18.0 ms | −14.3 % | 0.001 | environment |  |
      | 2026-10-10 | **cni.add p99** | 4.10 ms | 4.60 ms | +12.2 % | 0.001 | acknowledged | every lease is durable before the answer now |

      <sub>p: share of random orders of the values with a split as clear. open: nobody said why; environment: the machine or the configuration changed with it; undone: the level before it is back. Metrics in bold decide the outcome.</sub>

      <details><summary>pod-churn</summary>

      | metric | points | trend | newest | level |  |
      | :-- | --: | :-- | --: | :-- | :-- |
      | **cni.add p99** | 24 | ▁▁▁▁▁▁▁▁▁▄▄▃█▄▃▄▃▄▄▃▄▄▄▄ | 4.64 ms | +12.2 % since 2026-10-10 | decides |
      | pod.ready p50 | 24 | ▄▄▅▄▄▅▄▄▄▄▅▅▄▅▄▅▁▁▁▁▁▁▁▁ | 18.1 ms | −14.3 % since 2026-10-17 |  |
      | **cni.add p50, b against a** | 24 | ▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▃▃▃▃▃▃ | +7.63 % | **+7.60 % since 2026-10-19** | decides |

      <sub>1 more series without a change</sub>

      - 2026-10-17: identity.kernel 6.12.0 → 6.18.0
      - the machine was not quiet at 1 of 24 points

      </details>
      "
    `);
  });

  it('shows series that neither decide nor changed when asked to', () => {
    expect(historyText(document, { color: false })).not.toContain('service.programmed');
    expect(historyText(document, { color: false, all: true })).toContain('service.programmed{node=n1} p99');
  });

  it('has warnings where nobody misses them', () => {
    const warned = { ...document, warnings: ['one_file is damaged'] };
    expect(historyText(warned, { color: false })).toContain('\nwarning: one_file is damaged\n');
    expect(historyMarkdown(warned)).toContain('> ⚠️ one\\_file is damaged');
  });
});

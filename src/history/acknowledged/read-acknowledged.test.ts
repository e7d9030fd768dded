import { describe, expect, it } from 'vitest';
import { AcknowledgedError } from './acknowledged-error.ts';
import { parseAcknowledged, readAcknowledged } from './read-acknowledged.ts';

const HEAD = 'apiVersion: churnlab.dev/v1alpha1\nkind: AcknowledgedChanges\n';
const points = Array.from({ length: 9 }, (_, i) => ({
  ...{ id: `night-${i}`, startedAt: `2026-10-0${i + 1}T02:00:00.000Z` },
  ...{ runs: 1, commit: '', environment: 0, conditions: [] },
}));
const group = { scenario: 'pod-churn', points };
const series = { key: 'cni.add{plugin=bridge}', metric: 'cni.add', statistic: 'p99' } as const;

function messageOf(text: string): string {
  try {
    parseAcknowledged(text, 'known.yaml');
  } catch (error) {
    if (error instanceof AcknowledgedError) return error.message;
    throw error;
  }
  return 'no problem';
}

function explains(fields: string, point: number): boolean {
  const [only] = parseAcknowledged(`${HEAD}changes:\n  - { ${fields}, reason: known }\n`, 'known.yaml');
  return only!.explains(series, point, group);
}

describe('an acknowledged change', () => {
  it.each([
    ['since: 2026-10-05', [2, 3, 4, 5, 6]],
    ['since: night-4', [2, 3, 4, 5, 6]],
    ['since: night-4, metric: cni.add', [2, 3, 4, 5, 6]],
    [
      "since: night-4, metric: 'cni.add{plugin=bridge}', statistic: p99, scenario: pod-churn",
      [2, 3, 4, 5, 6],
    ],
    ['since: night-4, metric: cni.del', []],
    ['since: night-4, statistic: p50', []],
    ['since: night-4, scenario: smoke', []],
    ['since: 2026-12-01', []],
    ['since: night-99', []],
  ])('%s explains changes at %j', (fields, wanted) => {
    expect(points.flatMap((_, point) => (explains(fields, point) ? [point] : []))).toEqual(wanted);
  });

  it('knows where it is written', () => {
    const text = `${HEAD}changes:\n  - since: 2026-10-05\n    reason: known\n  - { since: night-4, reason: known }\n`;
    expect(parseAcknowledged(text, 'known.yaml').map(({ place }) => place)).toEqual([
      'known.yaml:4:5',
      'known.yaml:6:5',
    ]);
  });
});

describe('problems of the file', () => {
  it('are all found, with their place', () => {
    const text = `${HEAD}changes:
  - metric: cni.add
    statistic: p98
    sinc: 2026-10-05
    reason: known
  - { since: 20261005, reason: '' }
`;
    expect(messageOf(text)).toMatchInlineSnapshot(`
      "known.yaml:5:16: error: expected one of \`min\`, \`mean\`, \`p50\`, \`p90\`, \`p95\`, \`p99\`, \`p99.9\`, \`max\`, got "p98"
            statistic: p98
                       ^^^
      known.yaml:6:5: error: unknown field \`sinc\`, expected one of \`scenario\`, \`metric\`, \`statistic\`, \`since\`, \`reason\` (did you mean \`since\`?)
            sinc: 2026-10-05
            ^^^^
      known.yaml:8:14: error: expected a text, got 20261005 (a number)
          - { since: 20261005, reason: '' }
                     ^^^^^^^^
      known.yaml:8:32: error: expected a text, got an empty text
          - { since: 20261005, reason: '' }
                                       ^^"
    `);
  });

  it('of other files are one line', () => {
    expect(messageOf('')).toBe('known.yaml:1:1: error: expected acknowledged changes, got an empty file');
    expect(messageOf(`${HEAD}changes: yes\n`)).toMatchInlineSnapshot(`
      "known.yaml:3:10: error: expected a list of changes, got "yes"
        changes: yes
                 ^^^"
    `);
    expect(messageOf(`${HEAD}changes: [\n`)).toMatchInlineSnapshot(
      `"known.yaml:4:1: error: flow sequence in block collection must be sufficiently indented and end with a ]"`,
    );
    expect(messageOf(`${HEAD}kinds: 1\nchanges: []\n`)).toMatchInlineSnapshot(`
      "known.yaml:3:1: error: unknown field \`kinds\`, expected one of \`apiVersion\`, \`kind\`, \`changes\` (did you mean \`kind\`?)
        kinds: 1
        ^^^^^"
    `);
  });

  it('that is not there', () => {
    expect(() => readAcknowledged('/nowhere/known.yaml')).toThrow(
      '/nowhere/known.yaml:1:1: error: cannot be read: ENOENT',
    );
  });
});

import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadScenario } from '../document.ts';
import { isSuite } from '../suite/index.ts';
import { explain } from './explain.ts';
import { plan } from './plan.ts';
import { renderExplanation } from './render-explanation.ts';
import { renderPlan } from './render-plan.ts';

const PLAIN = { bold: String, dim: String, red: String, yellow: String };
const ROOT = path.join(import.meta.dirname, '../../..');
const GOLDEN = path.join(import.meta.dirname, '../testdata/words');
const scenarios = readdirSync(path.join(ROOT, 'scenarios')).filter(
  (name) => name.endsWith('.yaml') && !isSuite(path.join(ROOT, 'scenarios', name)),
);
const files = [
  ...scenarios.map((name) => `scenarios/${name}`),
  ...['everything', 'multi-pool', 'multi-range', 'allocators'].map(
    (name) => `src/scenario/testdata/valid-${name}.yaml`,
  ),
];

describe.each(files)('%s', (file) => {
  const document = loadScenario(path.join(ROOT, file));
  const name = path.basename(file, '.yaml');

  test.each(['netns', 'kind'] as const)('the plan for %s', async (substrate) => {
    const text = document
      .cells('netns')
      .map((cell) => renderPlan(plan(document.on(substrate, cell)), PLAIN))
      .join('\n');
    await expect(text).toMatchFileSnapshot(path.join(GOLDEN, `${name}.${substrate}.plan`));
  });

  test('the explanation', async () => {
    const text = renderExplanation(explain(document.on('netns', document.cells('netns')[0])), PLAIN);
    await expect(text).toMatchFileSnapshot(path.join(GOLDEN, `${name}.explanation`));
  });
});

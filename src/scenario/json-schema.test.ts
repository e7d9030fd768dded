import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { scenarioJsonSchema } from './json-schema.ts';
import { isSuite } from './suite/index.ts';
import { suiteJsonSchema } from './suite/suite-json-schema.ts';

const ROOT = path.join(import.meta.dirname, '../..');
// Examples and defaults are for people; "strict" would refuse fields like `default` beside `$ref`.
const accepts = new Ajv({ strict: false }).compile(scenarioJsonSchema());
const acceptsSuite = new Ajv({ strict: false }).compile(suiteJsonSchema());

const files = ['scenarios', 'src/scenario/testdata'].flatMap((folder) =>
  readdirSync(path.join(ROOT, folder))
    .filter((name) => name.endsWith('.yaml') && !name.startsWith('invalid-'))
    .map((name) => path.join(folder, name)),
);

test.each(files)('%s is what editors take for a scenario, or a suite', (file) => {
  const check = isSuite(path.join(ROOT, file)) ? acceptsSuite : accepts;
  check(parse(readFileSync(path.join(ROOT, file), 'utf8')));
  expect(check.errors ?? []).toEqual([]);
});

describe('editors underline', () => {
  const good = () => ({
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'Scenario',
    metadata: { name: 'a' },
    spec: { phases: [{ name: 'drain' }], overrides: {} as Record<string, unknown> },
  });

  test.each([
    ['an unknown field', { ...good(), status: {} }],
    ['an unknown substrate', { ...good(), spec: { ...good().spec, overrides: { kynd: {} } } }],
    [
      'an unknown field in an override',
      { ...good(), spec: { ...good().spec, overrides: { kind: { lab: { noodes: 1 } } } } },
    ],
    [
      'a phase without a name in an override',
      { ...good(), spec: { ...good().spec, overrides: { kind: { phases: [{ pods: 1 }] } } } },
    ],
    [
      'a rate without a unit',
      {
        ...good(),
        spec: {
          phases: [
            {
              name: 'a',
              pods: 1,
              arrivals: { process: 'poisson', rate: 3 },
              lifetime: { distribution: 'fixed', mean: '1s' },
            },
          ],
        },
      },
    ],
  ])('%s', (_, data) => {
    expect(accepts(good())).toBe(true);
    expect(accepts(data)).toBe(false);
  });
});

test('every field has a description', () => {
  const bare: string[] = [];
  const visit = (schema: ReturnType<typeof scenarioJsonSchema>, place: string): void => {
    for (const variant of schema.anyOf ?? [schema]) {
      for (const [name, field] of Object.entries(variant.properties ?? {})) {
        // A tag is described once, in the first variant that has it.
        if (field.description === undefined && field.const === undefined && field.$ref === undefined)
          bare.push(`${place}.${name}`);
        visit(field, `${place}.${name}`);
      }
      if (variant.items !== undefined) visit(variant.items, `${place}[]`);
    }
  };
  visit(scenarioJsonSchema(), '');
  expect(bare.filter((place) => !place.includes('.exclude[]'))).toEqual([]);
});

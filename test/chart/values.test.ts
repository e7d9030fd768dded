import fs from 'node:fs';
import path from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { CASES, CHART, readChart } from './chart-files.ts';

const schema = JSON.parse(fs.readFileSync(path.join(CHART, 'values.schema.json'), 'utf8'));
const check = new Ajv({ strict: true, strictTypes: false }).compile(schema);
const values = readChart('values.yaml');

/** Names of all values, down to those that are lists, empty, or free. */
function leaves(value: unknown, schema: { properties?: object }, at = ''): string[] {
  if (typeof value !== 'object' || value === null || !schema.properties) return [at];
  const properties = schema.properties as Record<string, { properties?: object }>;
  return Object.entries(value).flatMap(([key, each]) =>
    leaves(each, properties[key] ?? {}, at === '' ? key : `${at}.${key}`),
  );
}

/** Names that the schema knows. */
function known(schema: { properties?: object }, at = ''): string[] {
  if (!schema.properties) return [at];
  return Object.entries(schema.properties as Record<string, { properties?: object }>).flatMap(([key, each]) =>
    known(each, at === '' ? key : `${at}.${key}`),
  );
}

test('the defaults and the tests values are what the schema allows', () => {
  for (const each of [values, ...CASES.map(({ values }) => parse(fs.readFileSync(values, 'utf8')))]) {
    expect([check(each), check.errors]).toEqual([true, null]);
  }
});

test('every value has a default, a place in the schema and a line in the README', () => {
  const names = leaves(values, schema);
  expect(
    known(schema)
      .filter((name) => name !== 'global')
      .sort(),
  ).toEqual(names.toSorted());
  const readme = fs.readFileSync(path.join(CHART, 'README.md'), 'utf8');
  expect(names.filter((name) => !readme.includes(`\`${name}\``))).toEqual([]);
});

test.each([
  [{ nonsense: 1 }, 'must NOT have additional properties'],
  [{ ipam: { mode: 'cloud' } }, 'must be equal to one of the allowed values'],
  [{ ipam: { cooldown: '30' } }, 'must match pattern'],
  [{ ipam: { pools: [{ cidrs: [] }] } }, 'must have required property'],
  [{ agent: { port: 0 } }, 'must be >= 1'],
])('%j is refused', (wrong, message) => {
  expect(check(wrong)).toBe(false);
  expect(check.errors?.map(({ message }) => message).join()).toContain(message);
});

test('the versions are those of the project', () => {
  const { version } = JSON.parse(fs.readFileSync(path.join(CHART, '../../package.json'), 'utf8'));
  expect(readChart('Chart.yaml')).toMatchObject({ version, appVersion: version });
});

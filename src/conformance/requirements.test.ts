import { expect, test } from 'vitest';
import { CNI_CODES } from '../cni/index.ts';
import type { Answer } from './chain.ts';
import { KNOWN_DEVIATIONS, REQUIREMENTS, requirementsLike, SECTIONS } from './index.ts';
import { knownDeviation } from './known-deviations.ts';
import { absence } from './requirement.ts';
import { totalsOf } from './result.ts';
import { describe as inWords, requireError, requireSuccess, Violation } from './violation.ts';

const answer = (fields: Partial<Answer>): Answer => ({
  plugin: 'acme',
  exitCode: 0,
  signal: 0,
  stdout: '',
  stderr: '',
  ...fields,
});

test('requirements have names of their own and stand in the order of the specification', () => {
  const ids = REQUIREMENTS.map(({ id }) => id);
  expect(new Set(ids).size).toBe(ids.length);
  const order = REQUIREMENTS.map(({ section }) => SECTIONS.indexOf(section));
  expect(order).toEqual(order.toSorted((a, b) => a - b));
  expect(new Set(order).size).toBe(SECTIONS.length);
});

test('known deviations are of requirements that there are', () => {
  const ids = new Set(REQUIREMENTS.map(({ id }) => id));
  const unknown = KNOWN_DEVIATIONS.flatMap(({ requirements }) => requirements).filter((id) => !ids.has(id));
  expect(unknown).toEqual([]);
  expect(KNOWN_DEVIATIONS.some(({ plugins }) => plugins.includes('churnlab-cni'))).toBe(false);
});

test('a deviation is known of the plugin, of its IPAM, and of nobody else', () => {
  const route = 'expected ADD to succeed, got ptp: failed to add route {}: file exists';
  const left = 'expected nothing to be left in the node, got files: var/lib/cni/networks/a/10.20.0.2';
  expect(knownDeviation(['ptp', 'portmap'], 'add-two-interfaces', route)?.plugins).toEqual(['ptp']);
  expect(knownDeviation(['acme', 'host-local'], 'gc-removes-stale', left)).toBeDefined();
  expect(knownDeviation(['acme'], 'gc-removes-stale', left)).toBeUndefined();
  expect(knownDeviation(['bridge'], 'add-two-interfaces', route)).toBeUndefined();
});

test('a known deviation excuses nothing else that is found', () => {
  expect(knownDeviation(['ptp'], 'add-two-interfaces', 'expected an address, got none')).toBeUndefined();
});

test('a requirement is asked in versions that have its verb, or in the newest alone', () => {
  expect(absence({ verb: 'CHECK' }, '0.3.1', '1.1.0')).toBe('0.3.1 has no CHECK');
  expect(absence({ verb: 'CHECK' }, '0.4.0', '1.1.0')).toBeUndefined();
  expect(absence({ once: true }, '1.0.0', '1.1.0')).toBe('asked in the newest version alone');
  expect(absence({ once: true }, '0.4.0', '0.4.0')).toBeUndefined();
});

test('a success is exit code 0 and no signal', () => {
  expect(() => requireSuccess(answer({}), 'DEL')).not.toThrow();
  expect(() => requireSuccess(answer({ signal: 9 }), 'DEL')).toThrow(
    'expected DEL to succeed, got acme: signal 9 and nothing printed',
  );
});

test.each([
  [
    { exitCode: 0, stdout: '{"code":4}' },
    'expected ADD to fail with code 4, got acme: exit code 0 and {"code":4}',
  ],
  [
    { exitCode: 1 },
    'expected ADD to fail with code 4 and an error object on stdout, got acme: exit code 1 and nothing printed',
  ],
  [{ exitCode: 1, stdout: '[4]' }, 'and an error object on stdout'],
  [
    { exitCode: 1, stdout: '{"code":7}' },
    'expected ADD to fail with code 4, got acme: exit code 1 and {"code":7}',
  ],
  [{ signal: 9, stdout: '{"code":4}' }, 'got acme: signal 9'],
])('%j is no error of code 4', (fields, message) => {
  const judge = () => requireError(answer(fields), 'ADD', CNI_CODES.invalidEnvironment);
  expect(judge).toThrow(Violation);
  expect(judge).toThrow(message);
});

test('an error with the code, or with any', () => {
  const refused = answer({ exitCode: 1, stdout: '{\n "code": 4,\n "msg": "no"\n}\n' });
  expect(() => requireError(refused, 'ADD', CNI_CODES.invalidEnvironment)).not.toThrow();
  expect(() => requireError(refused, 'ADD')).not.toThrow();
  expect(inWords(refused)).toBe('exit code 1 and { "code": 4, "msg": "no" }');
});

test('totals count findings', () => {
  const findings = (['pass', 'pass', 'fail'] as const).map((status) => ({ version: '1.1.0', status }));
  const requirement = { id: 'a', section: SECTIONS[0], text: '', findings };
  expect(totalsOf([requirement])).toEqual({ pass: 2, fail: 1, deviation: 0, 'not-applicable': 0 });
});

test('requirements are chosen by section and id', () => {
  expect(requirementsLike(undefined)).toEqual(REQUIREMENTS);
  expect(requirementsLike(/DEL: del-twice/).map(({ id }) => id)).toEqual(['del-twice']);
  expect(() => requirementsLike(/nothing like it/)).toThrow(
    'No requirement is like /nothing like it/; there is\n  1. ',
  );
});

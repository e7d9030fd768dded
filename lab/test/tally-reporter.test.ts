import { expect, test } from 'vitest';
import type { TestModule } from 'vitest/node';
import { tallyModules } from './tally-reporter.ts';

type Result = { state: 'passed' | 'failed' | 'pending' | 'skipped'; note?: string };

/** A module as vitest reports it, as far as the tally looks. */
function fakeModule({
  results,
  broken = false,
  brokenSuite = false,
}: {
  results: Result[];
  broken?: boolean;
  brokenSuite?: boolean;
}) {
  const errors = (is: boolean) => () => (is ? [new Error('x')] : []);
  const module = {
    type: 'module',
    moduleId: `${process.cwd()}/src/a.test.ts`,
    errors: errors(broken),
  } as never as TestModule;
  const suite = { type: 'suite', parent: module, errors: errors(brokenSuite) };
  const tests = results.map((result, index) => ({
    fullName: `t${index}`,
    module,
    parent: suite,
    result: () => result,
  }));
  return Object.assign(module, { children: { allTests: () => tests, allSuites: () => [suite] } });
}

test('counts what passed, failed and was skipped with its reason', () => {
  const results: Result[] = [
    { state: 'passed' },
    { state: 'failed' },
    { state: 'skipped', note: 'no IPVS here' },
  ];
  expect(tallyModules([fakeModule({ results })], 0)).toEqual({
    passed: 1,
    failed: 1,
    skips: [{ test: 'src/a.test.ts > t2', reason: 'no IPVS here' }],
  });
});

test('a file that broke, a suite that broke, an uncaught error and a test without an end are failures', () => {
  expect(tallyModules([fakeModule({ results: [], broken: true })], 0).failed).toBe(1);
  expect(tallyModules([fakeModule({ results: [{ state: 'passed' }], brokenSuite: true })], 0).failed).toBe(1);
  expect(tallyModules([fakeModule({ results: [{ state: 'passed' }] })], 2).failed).toBe(2);
  expect(tallyModules([fakeModule({ results: [{ state: 'pending' }] })], 0).failed).toBe(1);
});

test('a skip without a reason says so, or what broke before it', () => {
  const skipped: Result[] = [{ state: 'skipped' }];
  const reasonOf = (module: TestModule) => tallyModules([module], 0).skips[0]?.reason;
  expect(reasonOf(fakeModule({ results: skipped }))).toBe('no reason given: use context.skip(reason)');
  expect(reasonOf(fakeModule({ results: skipped, brokenSuite: true }))).toBe('suite broke before it');
});

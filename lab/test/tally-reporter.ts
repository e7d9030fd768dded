import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Reporter, TestCase, TestModule, TestSuite } from 'vitest/node';
import type { Skip, Tally } from './tally.ts';

/** Names the file that this reporter writes, in the environment of vitest. */
export const TALLY_FILE = 'CHURNLAB_TALLY_FILE';

/** Writes the tally of a vitest run to a file, so that a crash of vitest is seen by the file's absence. */
export default class TallyReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const file = process.env[TALLY_FILE];
    if (file) writeFileSync(file, JSON.stringify(tallyModules(modules, unhandledErrors.length)));
  }
}

/**
 * Counts tests. A file or suite that broke outside of its tests, and an error that no test caught, count as failed;
 * so does a test that never ended.
 */
export function tallyModules(modules: readonly TestModule[], unhandledErrors: number): Tally {
  const tests = modules.flatMap((module) => [...module.children.allTests()]);
  const broken = modules
    .flatMap((module) => [module, ...module.children.allSuites()])
    .filter((each) => each.errors().length > 0);
  const count = (state: string) => tests.filter((test) => test.result().state === state).length;
  return {
    passed: count('passed'),
    failed: count('failed') + count('pending') + broken.length + unhandledErrors,
    skips: tests.filter((test) => test.result().state === 'skipped').map(describeSkip),
  };
}

function describeSkip(test: TestCase): Skip {
  const file = path.relative(process.cwd(), test.module.moduleId);
  return { test: `${file} > ${test.fullName}`, reason: skipReason(test) };
}

function skipReason(test: TestCase): string {
  const result = test.result();
  if (result.state === 'skipped' && result.note) return result.note;
  for (let at: TestSuite | TestModule = test.parent; ; at = at.parent) {
    if (at.errors().length > 0) return `${at.type} broke before it`;
    if (at.type === 'module') return 'no reason given: use context.skip(reason)';
  }
}

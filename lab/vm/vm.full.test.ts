import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { ROOT } from '../setup/index.ts';

const run = promisify(execFile);

/** Emulated where there is no usable KVM: about ten times slower than here. */
const LIMIT_MS = 900_000;

test('kernel tests pass on the distribution’s kernel', { timeout: LIMIT_MS }, async () => {
  const { stdout } = await run(process.execPath, [path.join(ROOT, 'lab/vm/main.ts')], { maxBuffer: 2 ** 26 });
  expect(stdout).toMatch(/Tests {2}\d+ passed \(\d+\)/);
});

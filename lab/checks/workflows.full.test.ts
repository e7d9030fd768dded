import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { ensureTool } from '../tools/index.ts';
import { ROOT } from './tracked-files.ts';

test('actionlint has nothing to say about the workflows', async () => {
  const actionlint = await ensureTool('actionlint');
  // Its optional helpers are left out: what it finds must not depend on what else a machine has.
  const found = execFileSync(actionlint, ['-oneline', '-no-color', '-shellcheck=', '-pyflakes='], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(found).toBe('');
});

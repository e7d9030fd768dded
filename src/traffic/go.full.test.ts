import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';
import { findGo, goEnv } from '../../lab/tools/go.ts';

const XK6 = path.resolve(import.meta.dirname, '../../xk6');

/** Built with the same flags as the tools, so that both share Go's cache. */
async function go(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(await findGo('xk6', '1.25.0'), args, {
    cwd: XK6,
    env: goEnv(),
    encoding: 'utf8',
  });
  return { status, output: `${stdout}${stderr}` };
}

test('tests of the dialer, the responder and the extension pass', async () => {
  const { status, output } = await go('test', '-trimpath', './...');
  expect(output).not.toContain('FAIL');
  expect(status, output).toBe(0);
});

test('go vet and gofmt have nothing to say', async () => {
  expect(await go('vet', '-trimpath', './...')).toEqual({ status: 0, output: '' });
  const { output } = await go('env', 'GOROOT');
  const gofmt = spawnSync(path.join(output.trim(), 'bin/gofmt'), ['-l', '.'], { cwd: XK6, encoding: 'utf8' });
  expect(gofmt).toMatchObject({ status: 0, stdout: '' });
});

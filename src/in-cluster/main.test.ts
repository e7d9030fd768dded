import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, onTestFinished, test } from 'vitest';

const MAIN = path.join(import.meta.dirname, 'main.ts');

test('idle waits until it is told to end', async () => {
  const child = spawn(process.execPath, [MAIN, 'idle'], { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const ended = once(child, 'exit');
  await once(createInterface(child.stderr), 'line');
  child.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

test.each([
  [['agnet'], 'Expected a command, got `agnet`'],
  [['install'], 'Expected --host'],
  [['operator', '--config', '/nowhere.json'], 'Expected --port'],
  [['operator', '--config', '/nowhere.json', '--port', '1'], '/nowhere.json: ENOENT'],
  [['wait', '--name', 'x'], 'Expected the environment variables NODE_NAME, POD_NAME, POD_IP'],
])('%j is code 2 with the usage', (args, message) => {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, ...args], { encoding: 'utf8', env: {} });
  expect([status, stderr]).toEqual([2, expect.stringContaining(message)]);
  expect(stderr).toContain('usage: churnlab-node COMMAND');
});

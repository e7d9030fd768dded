import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { containerName, imageName, startContainer } from './in-container/container.ts';
import { containerArguments, isLabDown, wantsContainer } from './in-container/container-arguments.ts';
import { hasLabs } from './in-container.ts';

test('the same command runs inside, without the flag', () => {
  const args = ['lab', 'up', '--in-container', '--nodes', '4'];
  expect(containerArguments(args)).toEqual(['lab', 'up', '--nodes', '4']);
});

test('words after a lone -- belong to the command that runs in the lab', () => {
  const args = ['exec', 'pod', '--', 'sh', '--in-container'];
  expect(wantsContainer(args)).toBe(false);
  expect(wantsContainer(['--in-container', ...args])).toBe(true);
  expect(containerArguments(['--in-container', ...args])).toEqual(args);
});

test.each([
  [['lab', 'down'], true],
  [['lab', '--in-container', 'down', '--name', 'a'], true],
  [['lab', 'status'], false],
  [['run', '--', 'lab', 'down'], false],
])('%j takes labs down: %s', (args, answer) => expect(isLabDown(args)).toBe(answer));

test('the container goes with its last lab', () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'in-container-'));
  expect(hasLabs(path.join(folder, 'nowhere'))).toBe(false);
  mkdirSync(path.join(folder, 'old'));
  expect(hasLabs(folder)).toBe(false);
  writeFileSync(path.join(folder, 'old', 'lab.json'), '{}');
  expect(hasLabs(folder)).toBe(true);
  rmSync(folder, { recursive: true });
});

test('clones have containers of their own, and another list of packages another image', () => {
  expect(containerName('/a')).not.toBe(containerName('/b'));
  expect(imageName('FROM a')).toMatch(/^churnlab:[0-9a-f]{12}$/);
  expect(imageName('FROM a')).not.toBe(imageName('FROM b'));
});

test('without Docker one line says what is needed', async () => {
  const connect = () => Promise.reject(new Error('nobody answers'));
  await expect(startContainer(() => {}, connect)).rejects.toMatchObject({
    name: 'ContainerError',
    code: 'no-docker',
    message: '--in-container needs Docker (https://docs.docker.com/engine/install/): nobody answers',
  });
});

import { Command } from '@commander-js/extra-typings';
import { afterEach, expect, test, vi } from 'vitest';
import { register } from '../ipam.ts';

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

test('a lab that is not up is wrong input, and said so', async () => {
  let stderr = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += text;
    return true;
  });
  const program = new Command('churnlab');
  register(program);
  await program.parseAsync(['ipam', 'show', '--name', 'nowhere'], { from: 'user' });
  expect(process.exitCode).toBe(2);
  expect(stderr).toMatch(/^churnlab: Lab nowhere is not up \(npm run lab:up\)/);
});

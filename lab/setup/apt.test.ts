import { expect, test } from 'vitest';
import { aptInstall, type RunProgram } from './apt.ts';

/** An apt that knows `names`, of which the archive still has `fetchable` until the lists are refreshed. */
function fakeApt({ known = true, installs = [true] }: { known?: boolean; installs?: boolean[] }) {
  const calls: string[] = [];
  const left = [...installs];
  const run: RunProgram = async (program, args) => {
    const verb = args[0] ?? '';
    calls.push(verb);
    const ok = verb === 'show' ? known : verb === 'install' ? left.shift() : true;
    if (!ok)
      throw Object.assign(new Error(`${program} failed`), { stdout: '', stderr: 'E: 404 Not Found\n' });
    return { stdout: '', stderr: '' };
  };
  return { calls, run };
}

test('lists that know the names are not fetched again', async () => {
  const { calls, run } = fakeApt({});
  const lines: string[] = [];
  await aptInstall(['clang'], (line) => lines.push(line), run);
  expect(calls).toEqual(['show', 'install']);
  expect(lines[0]).toBe('installing system packages: clang');
  expect(lines[1]).toMatch(/^system packages installed in \d+\.\d s$/);
});

test('lists that lack a name are fetched first', async () => {
  const { calls, run } = fakeApt({ known: false });
  await aptInstall(['clang'], () => {}, run);
  expect(calls).toEqual(['show', 'update', 'install']);
});

test('lists older than the archive are fetched, once', async () => {
  const { calls, run } = fakeApt({ installs: [false, true] });
  await aptInstall(['clang'], () => {}, run);
  expect(calls).toEqual(['show', 'install', 'update', 'install']);
});

test('a failure has the line that says why', async () => {
  const { run } = fakeApt({ installs: [false, false] });
  await expect(aptInstall(['clang'], () => {}, run)).rejects.toMatchObject({
    code: 'install-failed',
    message: 'apt-get install: E: 404 Not Found',
  });
});

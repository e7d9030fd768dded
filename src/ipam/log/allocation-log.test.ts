import { spawn, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { AllocationLog } from './allocation-log.ts';
import type { LogRecord } from './record-store.ts';

const FIXTURE = path.join(import.meta.dirname, 'testing/append-until-refused.ts');

let folder: string;
let file: string;

beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'churnlab-log-'));
  file = path.join(folder, 'ipam.log');
});

afterEach(() => {
  fs.rmSync(folder, { recursive: true });
});

/** Opens the log, appends the records one after the other, and closes it. */
async function write(records: readonly LogRecord[]): Promise<void> {
  await using log = new AllocationLog(file);
  await log.open(() => []);
  for (const record of records) await log.append(record);
}

async function read(): Promise<readonly LogRecord[]> {
  await using log = new AllocationLog(file);
  return await log.open(() => []);
}

const numbered = (count: number) => Array.from({ length: count }, (_, n) => ({ n }));

describe('AllocationLog', () => {
  it('should give back what was appended, in order, over several openings', async () => {
    await write(numbered(3));
    await write([{ n: 3 }]);
    expect(await read()).toEqual(numbered(4));
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  it('should put records that arrive together into few writes', async () => {
    await using log = new AllocationLog(file);
    await log.open(() => []);
    await Promise.all(numbered(64).map((record) => log.append(record)));
    const writes = new Set(
      fs
        .readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .map((line) => line.split(' ')[1]),
    );
    expect(writes.size).toBeLessThanOrEqual(2);
  });

  it('should lose nothing but the torn write, wherever it was torn', async () => {
    await write(numbered(2));
    const before = fs.statSync(file).size;
    await using log = new AllocationLog(file);
    await log.open(() => []);
    await Promise.all([2, 3, 4].map((n) => log.append({ n })));
    const whole = fs.readFileSync(file);
    for (let cut = before; cut < whole.length; cut++) {
      fs.writeFileSync(file, whole.subarray(0, cut));
      const kept = await read();
      expect(kept.slice(0, 2)).toEqual(numbered(2));
      expect(kept).toEqual(numbered(kept.length));
      expect(await read()).toEqual(kept); // Cut off for good.
    }
    // Pages may reach the disk out of order: zeroes first, the end of the write behind them.
    fs.writeFileSync(file, Buffer.from(whole).fill(0, before, before + 20));
    expect(await read()).toEqual(numbered(2));
  });

  it('should refuse to start when a record that was answered is damaged', async () => {
    await write(numbered(3));
    const bytes = fs.readFileSync(file);
    bytes[12]! ^= 1;
    fs.writeFileSync(file, bytes);
    await expect(read()).rejects.toMatchObject({
      code: 'log-corrupt',
      message: expect.stringContaining(`${file}: line 1 is damaged and later ones are whole`),
    });
    expect(fs.readFileSync(file)).toEqual(bytes);
  });

  it('should replace its history by the snapshot when it has grown', async () => {
    await using log = new AllocationLog(file, { compactLines: 100 });
    let answered = 0;
    await log.open(() => numbered(answered).slice(-5));
    for (; answered < 1000; answered++) await log.append({ n: answered });
    expect(log.lines).toBeLessThan(110);
    expect(fs.readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(log.lines);
    const kept = await read();
    expect(kept.length).toBeGreaterThanOrEqual(5);
    expect(kept).toEqual(numbered(1000).slice(-kept.length));
    expect(fs.readdirSync(folder)).toEqual(['ipam.log']);
  });

  it('should refuse to append before it is open, and in a folder that is not there', async () => {
    await expect(new AllocationLog(file).append({})).rejects.toMatchObject({ code: 'log-failed' });
    const lost = new AllocationLog(path.join(folder, 'no/ipam.log'));
    await expect(lost.open(() => [])).rejects.toMatchObject({ code: 'log-failed' });
  });

  it('should keep exactly what it answered when the disk is full', async () => {
    const command = 'ulimit -f 16; exec "$0" "$1" "$2"';
    const { stdout } = spawnSync('sh', ['-c', command, process.execPath, FIXTURE, file], {
      encoding: 'utf8',
    });
    const lines = stdout.trim().split('\n');
    expect(lines.pop()).toBe('log-failed');
    expect(lines.length).toBeGreaterThan(8);
    const kept = await read();
    expect(kept.map(({ n }) => n)).toEqual(lines.map(Number));
  });

  it('should keep everything it answered when its process is killed', async () => {
    const child = spawn(process.execPath, [FIXTURE, file], { stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    for await (const chunk of child.stdout.setEncoding('utf8')) {
      stdout += chunk;
      if (stdout.length > 500) child.kill('SIGKILL');
    }
    const answered = stdout.split('\n').slice(0, -1).map(Number);
    const kept = new Set((await read()).map(({ n }) => n));
    expect(answered.filter((n) => !kept.has(n))).toEqual([]);
  });
});

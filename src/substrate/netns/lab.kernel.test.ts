import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareHost, type HostSnapshot, snapshotHost } from '../../../lab/checks/host-untouched.ts';
import { labSpec } from '../../scenario/index.ts';
import type { LabError } from '../lab-error.ts';
import { TestLab, temporaryHome, upOptions } from '../testing/test-lab.ts';
import { cgroupPath, processesOf } from './cgroup.ts';
import { down, LabDirectory, NetnsLab, type UpOptions, up } from './index.ts';
import { record } from './journal.ts';

const POOLS = { pools: [{ cidrs: ['10.20.0.0/16'], nodeMask: 24 }] };
const TWO_NODES = { nodes: 2, ipam: POOLS };
const SMALL = labSpec({ nodes: 1, ipam: POOLS });

let options: UpOptions;
let home: string;
let before: HostSnapshot;

beforeAll(async () => {
  options = await upOptions();
  home = temporaryHome();
  before = await snapshotHost();
});
afterAll(async () => {
  for (const name of LabDirectory.list(home)) await down(new LabDirectory(name, home), () => {});
  fs.rmSync(home, { recursive: true, force: true });
});

/** Of labs that somebody else starts or ends on the machine meanwhile. */
const FOREIGN = /^cgroups: .*\/churnlab-(?!(one|two|deep|killed|stale)-)/;

/** What has changed on the machine since the tests began; a lab may have its cgroup while it is up. */
async function changes(): Promise<string[]> {
  return compareHost(before, await snapshotHost()).filter((line) => !FOREIGN.test(line));
}

const quiet = (): void => {};

test.each([
  ['a pool in the fabric', labSpec({ ipam: { pools: [{ cidrs: ['172.30.128.0/17'], nodeMask: 24 }] } })],
  ['a pool among Services', labSpec({ ipam: { pools: [{ cidrs: ['10.0.0.0/8'], nodeMask: 24 }] } })],
  [
    'more nodes than the fabric has ports',
    labSpec({ nodes: 2000, ipam: { pools: [{ cidrs: ['10.20.0.0/14'], nodeMask: 26 }] } }),
  ],
  ['a network it does not know', labSpec({ network: 'flannel' })],
])('%s is refused before anything is made', async (_what, spec) => {
  const directory = new LabDirectory('refused', home);
  await expect(up(directory, spec, options)).rejects.toMatchObject({ code: 'bad-spec', isInput: true });
  expect(fs.existsSync(directory.path)).toBe(false);
});

test('a name that is no name is refused', () => {
  for (const name of ['', 'Up', '-a', '../x', 'a'.repeat(31)])
    expect(() => new LabDirectory(name, home)).toThrow("Expected a lab's name");
});

test('a lab that is not up is named as such', async () => {
  await expect(NetnsLab.open('absent', home)).rejects.toMatchObject({ code: 'not-up' });
  expect(await down(new LabDirectory('absent', home), quiet)).toBe(false);
});

test('two labs side by side leave the machine as it was, are refused twice, and do not meet', async () => {
  {
    await using one = await TestLab.up(TWO_NODES, { name: 'one' });
    await using two = await TestLab.up(TWO_NODES, { name: 'two' });
    const own = [one, two].map(({ lab }) => `cgroups: + ${lab.record.cgroup}`);
    expect((await changes()).sort()).toEqual(own.sort());
    await expect(up(one.directory, SMALL, options)).rejects.toMatchObject({ code: 'already-up' });

    const status = await one.lab.status();
    expect(status.nodes).toMatchObject([
      { name: 'n1', ready: true, pods: 0, error: '' },
      { name: 'n2', ready: true, pods: 0, error: '' },
    ]);
    const cidrs = status.nodes.flatMap(({ pools }) => pools.map(({ cidr }) => cidr));
    expect(cidrs.sort()).toEqual(['10.20.0.0/24', '10.20.1.0/24']);
    expect(status.processes.every(({ pid, rssBytes }) => pid > 0 && rssBytes > 0)).toBe(true);

    // One pod in the first lab, three in the second: the third one's address is nobody's in the first.
    await one.addPod('n1', 'pod');
    const others: string[] = [];
    for (const id of ['pod', 'second', 'third']) others.push(...(await two.addPod('n1', id)));
    expect(two.reaches('n1', 'pod', others[2]!)).toBe(true);
    expect(one.reaches('n1', 'pod', others[2]!)).toBe(false);
  }
  expect(await changes()).toEqual([]);
});

test('of two that bring the same lab up in the same instant, one does', async () => {
  const directory = new LabDirectory('two', home);
  const both = await Promise.allSettled([up(directory, SMALL, options), up(directory, SMALL, options)]);
  expect(both.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(both[1]).toMatchObject({ reason: { code: 'busy' } });
  const ends = await Promise.allSettled([down(directory, quiet), down(directory, quiet)]);
  expect(ends).toMatchObject([{ value: true }, { reason: { code: 'busy' } }]);
  expect(await changes()).toEqual([]);
});

test('a lab whose folder lies deep is no different', async () => {
  const deep = path.join(home, 'x'.repeat(100));
  const directory = new LabDirectory('deep', deep);
  await up(directory, SMALL, options);
  {
    await using lab = await NetnsLab.open('deep', deep);
    expect((await lab.status()).nodes).toHaveLength(1);
    expect(await lab.addSandbox('n1', 'pod')).toMatchObject({ ok: true });
  }
  await down(directory, quiet);
  expect(fs.existsSync(deep)).toBe(false);
});

test('after kill -9 of a node, of the supervisor, or of all, down and up clean up', async () => {
  const directory = new LabDirectory('killed', home);
  let record_ = await up(directory, SMALL, options);
  const killed = (pid: number): boolean => process.kill(pid, 'SIGKILL');

  // A node's daemon: the node is lost, and down works.
  killed(record_.nodes[0]!.pid);
  expect(await down(directory, quiet)).toBe(true);
  expect(await changes()).toEqual([]);

  // The supervisor: nobody answers, and the next up cleans up.
  record_ = await up(directory, SMALL, options);
  const orphans = processesOf(record_.cgroup);
  killed(supervisorOf(record_.cgroup));
  await expect.poll(() => opened('killed')).toBe('not-up');
  record_ = await up(directory, SMALL, options);
  expect(processesOf(record_.cgroup).filter((pid) => orphans.includes(pid))).toEqual([]);

  // Everything at once, and half of the folder with it.
  for (const pid of processesOf(record_.cgroup)) killed(pid);
  fs.rmSync(directory.file('lab.json'));
  fs.appendFileSync(directory.file('journal.jsonl'), '{"kind":"cgr');
  expect(await down(directory, quiet)).toBe(true);
  expect(fs.existsSync(directory.path)).toBe(false);
  expect(await changes()).toEqual([]);
});

test('a journal of something that is gone already is no obstacle', async () => {
  const directory = new LabDirectory('stale', home);
  directory.create();
  record(directory, { kind: 'cgroup', path: cgroupPath(directory.path) });
  expect(await down(directory, quiet)).toBe(true);
  expect(await down(directory, quiet)).toBe(false);
});

/** `up`, or why the lab cannot be opened. */
async function opened(name: string): Promise<string> {
  try {
    await using _ = await NetnsLab.open(name, home);
    return 'up';
  } catch (error) {
    return (error as LabError).code;
  }
}

function supervisorOf(cgroup: string): number {
  const [pid] = fs
    .readFileSync(path.join(cgroup, 'supervisor/cgroup.procs'), 'utf8')
    .split('\n')
    .filter(Boolean)
    .filter((each) => fs.readFileSync(`/proc/${each}/comm`, 'utf8').startsWith('churnlab-nsd'));
  return Number(pid);
}

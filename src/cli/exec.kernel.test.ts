import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cacheDirectory } from '../../lab/setup/index.ts';
import { PODS, type Pod } from '../kube/index.ts';
import { labSpec } from '../scenario/index.ts';
import { down, LabDirectory, NetnsLab, up } from '../substrate/index.ts';
import { prepare } from './prepare.ts';

const MAIN = path.join(import.meta.dirname, 'main.ts');
const NAME = `exec-test-${process.pid}`;
const directory = new LabDirectory(NAME);
const silent = () => {};
/** As lab/bootstrap.mjs does it: the command starts in a third of the time. */
const env = { NODE_COMPILE_CACHE: path.join(cacheDirectory(), 'compile'), ...process.env };
let lab: NetnsLab;

beforeAll(async () => {
  const spec = labSpec({ nodes: 1 });
  await up(directory, spec, await prepare('the test', spec, true, silent));
  lab = await NetnsLab.open(NAME);
  for (const name of ['probe-a', 'unscheduled']) {
    await lab.client.create<Pod>(PODS, {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'default' },
      spec: {
        containers: [{ name: 'main', image: 'none' }],
        ...(name === 'probe-a' ? {} : { nodeSelector: { not: 'there' } }),
      },
    });
  }
  while ((await lab.client.get<Pod>(PODS, 'probe-a', 'default')).status?.phase !== 'Running') await sleep(20);
});

afterAll(async () => {
  await lab?.[Symbol.asyncDispose]();
  await down(directory, silent);
});

function exec(target: string, ...command: readonly string[]) {
  const args = [MAIN, 'exec', '--lab', NAME, target, '--', ...command];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    encoding: 'utf8',
    input: 'typed\n',
  });
  return { status, stdout, stderr };
}

const links = (target: string): string[] => exec(target, 'ls', '/sys/class/net').stdout.trim().split('\n');

test('a pod is entered by its name, with and without its namespace', async () => {
  const { status } = await lab.client.get<Pod>(PODS, 'probe-a', 'default');
  for (const target of ['probe-a', 'default/probe-a']) {
    const { stdout } = exec(target, 'ip', '-json', 'address', 'show', 'dev', 'eth0');
    expect(JSON.parse(stdout)[0].addr_info[0].local).toBe(status?.podIP);
  }
});

test('/sys shows the links of the place, /run and /etc are those of the node', () => {
  expect(links('probe-a')).toEqual(['eth0', 'lo']);
  expect(links('n1')).toEqual(expect.arrayContaining(['churnlab0', 'eth0']));
  expect(exec('probe-a', 'ls', '/run/churnlab').stdout).toContain('cni.sock');
  expect(exec('n1', 'ls', '/etc/cni/net.d').stdout).toContain('.conflist');
});

test('outside and fabric are the two sides of the lab', () => {
  expect(exec('outside', 'ip', '-4', 'address').stdout).toContain('203.0.113.1');
  expect(exec('fabric', 'ip', 'link').stdout).toContain('br0');
});

test('input, output and exit code are those of the command', () => {
  const script = 'read word && echo "got $word" && echo bad >&2 && exit 7';
  expect(exec('n1', 'sh', '-c', script)).toEqual({ status: 7, stdout: 'got typed\n', stderr: 'bad\n' });
  expect(exec('n1', 'sh', '-c', 'kill -TERM $$').status).toBe(128 + 15);
  expect(exec('probe-a', 'no-such-program').status).toBe(127);
});

test('what is not there is refused with what is', () => {
  expect(exec('prob-a', 'true')).toMatchObject({
    status: 2,
    stderr:
      'churnlab: Expected a node (n1), a pod, outside or fabric, got prob-a; pods of nearly that name: probe-a, unscheduled\n',
  });
  expect(exec('kube-system/probe-a', 'true').stderr).toBe(
    'churnlab: There is no pod kube-system/probe-a; pods of nearly that name: probe-a, unscheduled\n',
  );
  expect(exec('unscheduled', 'true')).toMatchObject({
    status: 1,
    stderr: 'churnlab: Pod default/unscheduled has no node yet (kubectl describe pod says why)\n',
  });
});

test('a command ends with the lab', async () => {
  const args = [MAIN, 'exec', '--lab', NAME, 'probe-a', '--', 'sh', '-c', 'echo runs; exec sleep 600'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env });
  const exited = once(child, 'exit');
  await once(child.stdout, 'data');
  await lab[Symbol.asyncDispose]();
  await down(directory, silent);
  expect(await exited).toEqual([128 + 9, null]);
});

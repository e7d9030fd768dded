import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { Command } from '@commander-js/extra-typings';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { register as explain } from './explain.ts';
import { register as plan } from './plan.ts';
import { register as validate } from './validate.ts';

const SCENARIOS = path.join(import.meta.dirname, '../../scenarios');
const TESTDATA = path.join(import.meta.dirname, '../scenario/testdata');
const SUITE = path.join(SCENARIOS, 'networks.yaml');
const POD_CHURN = path.join(SCENARIOS, 'pod-churn.yaml');

let stdout = '';
let stderr = '';

beforeEach(() => {
  stdout = '';
  stderr = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += text;
    return true;
  });
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += text;
    return true;
  });
});

afterEach(() => {
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

test('a reader that has seen enough is no accident', () => {
  const command = `"${process.execPath}" "${path.join(import.meta.dirname, 'main.ts')}" plan "${SUITE}" | true`;
  const { stderr } = spawnSync('sh', ['-c', command], { encoding: 'utf8', timeout: 60_000 });
  expect(stderr).toBe('');
});

/** Runs one of the three commands; the exit code is 0 when none was set. */
async function churnlab(...args: readonly string[]): Promise<number> {
  const program = new Command('churnlab');
  for (const register of [validate, plan, explain]) register(program);
  await program.parseAsync(args, { from: 'user' });
  return Number(process.exitCode ?? 0);
}

describe('validate', () => {
  test('says ok for each good file', async () => {
    expect(await churnlab('validate', POD_CHURN, path.join(TESTDATA, 'valid-everything.yaml'))).toBe(0);
    expect(stdout.split('\n').map((line) => path.basename(line))).toEqual([
      'pod-churn.yaml: ok (20,000 pods)',
      'valid-everything.yaml: ok (3,960 pods in 6 runs)',
      '',
    ]);
    expect(stderr).toBe('');
  });

  test('says of each scenario of a suite what the matrix of the suite makes of it', async () => {
    const files = ['affinity.yaml', 'networks.yaml'].map((name) => path.join(SCENARIOS, name));
    expect(await churnlab('validate', ...files)).toBe(0);
    expect(stdout.split('\n').map((line) => path.relative(SCENARIOS, line))).toEqual(
      expect.arrayContaining([
        'affinity.yaml: ok (20 services)',
        'networks/node-burst.yaml: ok (300 pods in 6 runs)',
        'networks/pod-to-pod.yaml: ok (traffic alone in 6 runs)',
      ]),
    );
  });

  test('goes on after a bad one, and exits 2', async () => {
    expect(
      await churnlab('validate', path.join(TESTDATA, 'invalid-tab.yaml'), 'nowhere.yaml', POD_CHURN),
    ).toBe(2);
    expect(stderr).toMatch(/invalid-tab\.yaml:6:1: error: tabs/);
    expect(stderr).toMatch(/nowhere\.yaml:1:1: error: cannot read the scenario: no such file/);
    expect(stdout).toMatch(/pod-churn\.yaml: ok/);
  });

  test('shows warnings of a good file', async () => {
    expect(await churnlab('validate', path.join(TESTDATA, 'valid-host-bits.yaml'))).toBe(0);
    expect(stderr).toMatch(/:9:19: warning: expected no bits set beyond the prefix/);
  });
});

describe('plan', () => {
  test('shows a part of a matrix, and names what there is to choose from', async () => {
    const file = path.join(SCENARIOS, 'service-scale.yaml');
    expect(await churnlab('plan', file, '--only', 'services=ebpf', '--only', 'serviceCount=1,100')).toBe(0);
    expect(stdout.match(/services=ebpf serviceCount=\d+/g)).toEqual([
      'services=ebpf serviceCount=1',
      'services=ebpf serviceCount=100',
    ]);
    expect(await churnlab('plan', file, '--only', 'services=epbf')).toBe(2);
    expect(stderr).toContain('  services=none,ebpf,iptables-legacy,');
  });

  test('is text, or JSON with one plan per combination', async () => {
    expect(await churnlab('plan', POD_CHURN)).toBe(0);
    expect(stdout).toMatch(/^pod-churn\n {2}lab {5}4 nodes, network churnlab, substrate netns\n/);
    stdout = '';
    await churnlab('plan', path.join(TESTDATA, 'valid-everything.yaml'), '--json');
    const plans = JSON.parse(stdout) as { cell: string; pods: number }[];
    expect(plans.map(({ cell }) => cell)).toEqual([
      'network=churnlab routing=direct nodes=4',
      'network=churnlab routing=direct nodes=6',
      'network=churnlab routing=vxlan nodes=4',
      'network=churnlab routing=vxlan nodes=6',
      'network=ptp routing=direct nodes=4',
      'network=ptp routing=direct nodes=6',
    ]);
  });

  test('shows what this version cannot run yet, and says so by exit code 2', async () => {
    const exhaustion = path.join(path.dirname(POD_CHURN), 'node-cidr-exhaustion.yaml');
    expect(await churnlab('plan', exhaustion, '--substrate', 'kubeconfig')).toBe(2);
    expect(stdout).toMatch(/^node-cidr-exhaustion\n/);
    expect(stderr).toMatch(/: error: nodes without a kubelet are not put into a cluster/);
  });
});

test('explain puts it into words', async () => {
  expect(await churnlab('explain', POD_CHURN)).toBe(0);
  expect(stdout).toMatch(
    /^pod-churn: Thousands of short-lived pods; how long each waits for its address\.\n/,
  );
  stdout = '';
  await churnlab('explain', POD_CHURN, '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    name: 'pod-churn',
    phases: [{ name: 'churn' }, { name: 'drain' }],
  });
});

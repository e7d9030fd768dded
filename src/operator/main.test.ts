import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { expect, it, onTestFinished } from 'vitest';
import { IpcClient } from '../ipc/index.ts';
import { NODE_NETWORKS, type NodeNetwork } from '../kube/index.ts';
import { ApiServer } from '../kube/server/index.ts';
import { eventually } from './testing/eventually.ts';

const MAIN = path.join(import.meta.dirname, 'main.ts');
const CONFIG = { mode: 'cluster-pool', ipv4: { cidrs: ['10.20.30.40/24'], maskSize: 25 } };

function folderWithFiles(): string {
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'churnlab-operator-'));
  onTestFinished(() => fs.rmSync(folder, { recursive: true }));
  fs.writeFileSync(path.join(folder, 'token'), 'secret\n');
  fs.writeFileSync(path.join(folder, 'config.json'), JSON.stringify(CONFIG));
  return folder;
}

/** Starts the process and waits until it says that it is ready; gives its log lines so far. */
async function start(folder: string): Promise<{ child: ChildProcess; log: string[] }> {
  const at = (name: string) => path.join(folder, name);
  const api = ['--socket', at('api.sock'), '--token-file', at('token')];
  const args = [MAIN, ...api, '--config', at('config.json'), '--control', at('control.sock')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const log: string[] = [];
  for await (const line of createInterface(child.stderr!)) {
    log.push((JSON.parse(line) as { msg: string }).msg);
    if (log.at(-1) === 'ready') break;
  }
  child.stderr!.resume();
  return { child, log };
}

it('should serve nodes and its control socket until SIGTERM', async () => {
  const folder = folderWithFiles();
  await using server = await ApiServer.start({ token: 'secret', socketPath: path.join(folder, 'api.sock') });
  const { child, log } = await start(folder);
  expect(log).toEqual(['10.20.30.40/24 has host bits set: 10.20.30.0/24 is used', 'ready']);
  for (const name of ['a', 'b', 'c']) {
    const kind = { apiVersion: 'churnlab.dev/v1alpha1', kind: 'NodeNetwork' };
    await server.client.create<NodeNetwork>(NODE_NETWORKS, { ...kind, metadata: { name }, spec: {} });
  }
  await eventually(async () => {
    const { spec } = await server.client.get<NodeNetwork>(NODE_NETWORKS, 'b');
    expect(spec.podCIDRs).toEqual(['10.20.30.128/25']);
  });
  using control = await IpcClient.connect(path.join(folder, 'control.sock'));
  await eventually(async () => {
    expect(await control.call('status')).toEqual({
      mode: 'cluster-pool',
      pools: [{ pool: 'default', family: 'ipv4', cidr: '10.20.30.0/24', maskSize: 25, size: 2, used: 2 }],
      waiting: [{ node: 'c', since: expect.any(String), reason: 'NodeCIDRFull' }],
    });
  });
  expect(await control.call('metrics')).toContain('churnlab_operator_waiting_nodes 1\n');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

it('should end with code 2 and the usage when it is called wrongly', () => {
  const { status, stderr } = spawnSync(process.execPath, [MAIN, '--config', '/nowhere.json'], {
    encoding: 'utf8',
  });
  expect(status).toBe(2);
  expect(stderr).toBe(
    'churnlab operator: Expected either --socket PATH with --token-file FILE, or --kubeconfig FILE\n' +
      'usage: main.ts (--socket PATH --token-file FILE | --kubeconfig FILE) --config FILE [--control PATH]\n',
  );
});

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { IpcServer } from '../ipc/index.ts';
import { type KubeClient, NAMESPACES, PODS, type Pod } from '../kube/index.ts';
import { ApiServer } from '../kube/server/index.ts';
import { monotonicNs } from '../measure/index.ts';
import type { SubjectObserver } from '../run/driver.ts';
import { ShardedPodDriver } from '../run/shards/sharded-pod-driver.ts';
import { type OpenPhase, schedule, shardAt } from '../scenario/index.ts';
import { Shard } from './shard.ts';

const SHARDS = 3;
const COUNT = 20;
const SEED = 7;
const NAMES = Array.from({ length: SHARDS }, (_, shard) => `shards-${shard}`);
const PHASE = {
  ...{ kind: 'churn', mode: 'open', subject: 'pod', name: 'churn', count: COUNT, deadline: 10e9 },
  arrivals: { process: 'poisson', rate: 500 },
  lifetime: { distribution: 'fixed', value: 1e9 },
} as unknown as OpenPhase;

let stack: AsyncDisposableStack;
let client: KubeClient;
let servers: IpcServer[];
/** Names of pods by the shard that asked for them. */
let asked: string[][];
let driver: ShardedPodDriver;
let lags: number[];

beforeEach(async () => {
  stack = new AsyncDisposableStack();
  const folder = mkdtempSync(path.join(tmpdir(), 'churnlab-shards-'));
  stack.defer(() => rmSync(folder, { recursive: true }));
  ({ client } = stack.use(await ApiServer.start({ token: 'token' })));
  await client.create(NAMESPACES, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'run' } });
  asked = NAMES.map(() => []);
  lags = [];
  servers = await Promise.all(
    NAMES.map((name, index) => {
      const create: KubeClient['create'] = (resource, object) => {
        asked[index]!.push(object.metadata.name!);
        return client.create(resource, object);
      };
      const own = { create, delete: client.delete.bind(client) } as KubeClient;
      const shard = new Shard({ client: own, shard: index, shards: SHARDS, onGone: () => {} });
      return IpcServer.listen(path.join(folder, `${name}.sock`), shard.handlers);
    }),
  );
  for (const server of servers) stack.use(server);
  const observer = {
    scheduled() {},
    sandbox() {},
    ready() {},
    gone() {},
    lag: (ns: number) => lags.push(ns),
  };
  const containers = [{ name: 'main', image: 'pause' }];
  driver = stack.use(
    await ShardedPodDriver.open(
      {
        ...{ client, namespace: 'run', nodes: ['a', 'b'], seed: SEED, shards: SHARDS },
        pods: { idle: () => ({ containers }) } as never,
        observer: observer as unknown as SubjectObserver,
        inPods: {
          image: 'churnlab',
          reach: async ({ name }) => {
            return {
              socket: path.join(folder, `${name}.sock`),
              trouble: () => '',
              async [Symbol.asyncDispose]() {},
            };
          },
        },
      },
      async () => NAMES,
    ),
  );
});
afterEach(() => stack.disposeAsync());

const planned = () => [...schedule(PHASE, SEED, 2)];
const pods = async () => (await client.list<Pod>(PODS, { namespace: 'run' })).items;

test('each shard asks for its own part of the schedule, and all of it comes about', async () => {
  await driver.pace.begin(PHASE, monotonicNs(), new AbortController().signal);
  await Promise.all(planned().map((each) => driver.create(each)));
  for (const [shard, names] of asked.entries()) {
    const own = planned().filter(({ index }) => shardAt(index, SHARDS) === shard);
    expect(names).toEqual(own.map(({ name }) => name));
  }
  expect((await pods()).map(({ metadata }) => metadata.name).sort()).toEqual(
    planned().map(({ name }) => name),
  );
  expect(lags).toHaveLength(COUNT);
  await Promise.all(planned().map(({ name }) => driver.remove(name)));
  expect(await pods()).toEqual([]);
});

test('what the API refuses fails with its words', async () => {
  await client.create<Pod>(PODS, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: planned()[0]!.name, namespace: 'run' },
    spec: { containers: [{ name: 'main', image: 'pause' }] },
  });
  await driver.pace.begin(PHASE, monotonicNs(), new AbortController().signal);
  const [first, ...others] = await Promise.allSettled(planned().map((each) => driver.create(each)));
  expect(first).toMatchObject({ status: 'rejected', reason: { message: /already exists/ } });
  expect(others.every(({ status }) => status === 'fulfilled')).toBe(true);
});

test('pods of a shard that is gone fail, and those of others do not', async () => {
  const far = { ...PHASE, arrivals: { process: 'constant', rate: 0.001 } } as unknown as OpenPhase;
  await driver.pace.begin(far, monotonicNs(), new AbortController().signal);
  const waiting = planned()
    .slice(1, 4)
    .map((each) => driver.create(each));
  waiting[2]!.catch(() => {});
  await servers[1]![Symbol.asyncDispose]();
  await expect(waiting[0]).rejects.toThrow('the shard of churn-000002 is gone');
  await expect(Promise.race([waiting[1], Promise.resolve('waits')])).resolves.toBe('waits');
});

test('a run that ends early stops all shards', async () => {
  const ended = new AbortController();
  await driver.pace.begin(PHASE, monotonicNs() + 200e6, ended.signal);
  ended.abort();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(asked.flat()).toEqual([]);
});

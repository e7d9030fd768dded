import { expect, onTestFinished, test } from 'vitest';
import { type KubeClient, LEASES, type Leadership, type Lease, lead } from './index.ts';
import { ApiServer } from './server/index.ts';

/** A cluster, and candidates in it that try every few ms. */
async function cluster(): Promise<{
  client: KubeClient;
  stand(identity: string, client?: KubeClient): Promise<Leadership | undefined>;
  holder(): Promise<string | undefined>;
}> {
  const server = await ApiServer.start({ token: 'secret' });
  const stop = new AbortController();
  onTestFinished(() => stop.abort());
  onTestFinished(() => server[Symbol.asyncDispose]());
  const { client } = server;
  const common = {
    namespace: 'default',
    name: 'operator',
    leaseSeconds: 1,
    renewDeadlineMs: 500,
    retryMs: 5,
  };
  return {
    client,
    stand: (identity, its = client) => lead({ ...common, client: its, identity }, stop.signal),
    holder: async () => (await client.get<Lease>(LEASES, 'operator', 'default')).spec?.holderIdentity,
  };
}

/** The same API as it is seen by somebody whose every write fails from a certain moment on. */
function failing(client: KubeClient): { client: KubeClient; fail(): void } {
  let broken = false;
  return {
    client: new Proxy(client, {
      get: (target, name) => {
        const method = target[name as keyof KubeClient] as (...args: unknown[]) => unknown;
        return (...args: unknown[]) =>
          broken && name === 'replace' ? Promise.reject(new Error('down')) : method.apply(target, args);
      },
    }),
    fail: () => {
      broken = true;
    },
  };
}

test('one of many candidates leads, and the next one as soon as it gives the lease back', async () => {
  const { stand, holder } = await cluster();
  const standing = new Map(
    ['a', 'b', 'c'].map((name) => [name, stand(name).then((leadership) => ({ name, leadership }))]),
  );
  while (standing.size > 0) {
    const { name, leadership } = await Promise.race(standing.values());
    expect([await holder(), leadership!.lost.aborted]).toEqual([name, false]);
    standing.delete(name);
    await leadership![Symbol.asyncDispose]();
  }
  expect(await holder()).toBe('');
});

test('a leader that cannot renew stops leading before another one begins', async () => {
  const { client, stand, holder } = await cluster();
  const cut = failing(client);
  const old = (await stand('old', cut.client))!;
  let isLost = false;
  old.lost.addEventListener('abort', () => {
    isLost = true;
  });
  cut.fail();
  await using _next = await stand('next');
  expect([isLost, await holder()]).toEqual([true, 'next']);
  await old[Symbol.asyncDispose]();
  expect(await holder()).toBe('next');
});

test('a lease that its holder has renewed is not taken', async () => {
  const { client, stand } = await cluster();
  await using leader = await stand('a');
  const before = await client.get<Lease>(LEASES, 'operator', 'default');
  await expect
    .poll(async () => (await client.get<Lease>(LEASES, 'operator', 'default')).spec?.renewTime)
    .not.toBe(before.spec?.renewTime);
  const { spec } = await client.get<Lease>(LEASES, 'operator', 'default');
  expect(spec).toMatchObject({ holderIdentity: 'a', leaseDurationSeconds: 1, leaseTransitions: 0 });
  expect(spec?.acquireTime).toBe(before.spec?.acquireTime);
  expect(leader!.lost.aborted).toBe(false);
});

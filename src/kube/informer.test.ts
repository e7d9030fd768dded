import { describe, expect, test } from 'vitest';
import { CONFIG_MAPS, type ConfigMap, Informer, type KubeClient } from './index.ts';
import { ApiServer } from './server/index.ts';

const create = (client: KubeClient, name: string) =>
  client.create<ConfigMap>(CONFIG_MAPS, {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name, namespace: 'default' },
  });

/** The server's client with watches that can be cut. */
class CuttableClient {
  readonly client: KubeClient;
  #cut = new AbortController();
  lists = 0;

  constructor(inner: KubeClient) {
    this.client = new Proxy(inner, {
      get: (target, method) => {
        if (method === 'list') this.lists++;
        if (method !== 'watch') return Reflect.get(target, method).bind(target);
        return (...[resource, options]: Parameters<KubeClient['watch']>) =>
          target.watch(resource, { ...options, signal: AbortSignal.any([options.signal, this.#cut.signal]) });
      },
    });
  }

  cut(): void {
    this.#cut.abort();
  }

  mend(): void {
    this.#cut = new AbortController();
  }
}

function record(informer: Informer<ConfigMap>) {
  const log: string[] = [];
  const waiting = new Map<string, () => void>();
  const add = (line: string) => {
    log.push(line);
    waiting.get(line)?.();
  };
  informer.onAdd(({ metadata }) => add(`add ${metadata.name}`));
  informer.onUpdate(({ metadata }) => add(`update ${metadata.name}`));
  informer.onDelete(({ metadata }) => add(`delete ${metadata.name}`));
  const saw = (line: string) =>
    log.includes(line) ? Promise.resolve() : new Promise<void>((done) => waiting.set(line, done));
  return { log, saw };
}

describe('Informer', () => {
  test('keeps no more of an object than it is told to, and hands all of it on', async () => {
    await using server = await ApiServer.start({ token: 't' });
    await server.client.create<ConfigMap>(CONFIG_MAPS, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'a', namespace: 'default' },
      data: { key: 'value' },
    });
    const keep = ({ apiVersion, kind, metadata }: ConfigMap): ConfigMap => ({ apiVersion, kind, metadata });
    await using informer = new Informer<ConfigMap>(server.client, CONFIG_MAPS, {
      namespace: 'default',
      keep,
    });
    const seen: unknown[] = [];
    informer.onAdd(({ data }) => seen.push(data));
    await informer.start();
    expect(seen).toEqual([{ key: 'value' }]);
    expect(informer.get('default/a')).toMatchObject({ metadata: { name: 'a' } });
    expect(informer.get('default/a')).not.toHaveProperty('data');
  });

  test('holds the present state when it has started, then follows', async () => {
    await using server = await ApiServer.start({ token: 't' });
    await create(server.client, 'a');
    await using informer = new Informer<ConfigMap>(server.client, CONFIG_MAPS, { namespace: 'default' });
    const { log, saw } = record(informer);
    await informer.start();
    expect(log).toEqual(['add a']);
    expect(informer.get('default/a')?.metadata.name).toBe('a');
    await create(server.client, 'b');
    await server.client.patch(CONFIG_MAPS, 'a', 'default', { type: 'merge', body: { data: { k: 'v' } } });
    await server.client.delete(CONFIG_MAPS, 'b', 'default');
    await saw('delete b');
    expect(log).toEqual(['add a', 'add b', 'update a', 'delete b']);
    expect(Array.from(informer.list(), ({ data }) => data)).toEqual([{ k: 'v' }]);
  });

  test('tells a late handler of what is there', async () => {
    await using server = await ApiServer.start({ token: 't' });
    await create(server.client, 'a');
    await using informer = new Informer<ConfigMap>(server.client, CONFIG_MAPS, { namespace: 'default' });
    await informer.start();
    expect(record(informer).log).toEqual(['add a']);
  });

  test('goes on after a drop without listing again', async () => {
    await using server = await ApiServer.start({ token: 't' });
    const cuttable = new CuttableClient(server.client);
    await using informer = new Informer<ConfigMap>(cuttable.client, CONFIG_MAPS, { namespace: 'default' });
    const { log, saw } = record(informer);
    await informer.start();
    await create(server.client, 'a');
    await saw('add a');
    cuttable.cut();
    await create(server.client, 'b');
    cuttable.mend();
    await saw('add b');
    expect(log).toEqual(['add a', 'add b']);
    expect(cuttable.lists).toBe(1);
  });

  test('lists again when its version is gone, and tells only of differences', async () => {
    await using server = await ApiServer.start({ token: 't', historyLimit: 4 });
    const cuttable = new CuttableClient(server.client);
    await using informer = new Informer<ConfigMap>(cuttable.client, CONFIG_MAPS, { namespace: 'default' });
    for (const name of ['stays', 'goes']) await create(server.client, name);
    const { log, saw } = record(informer);
    await informer.start();
    cuttable.cut();
    await server.client.delete(CONFIG_MAPS, 'goes', 'default');
    for (let index = 0; index < 20; index++) await create(server.client, `new-${index}`);
    cuttable.mend();
    await saw('add new-19');
    expect(cuttable.lists).toBeGreaterThan(1);
    expect(log.slice(0, 4)).toEqual(['add goes', 'add stays', 'delete goes', 'add new-0']);
    expect(log.filter((line) => line === 'add stays')).toHaveLength(1);
  });

  test('an object made anew under the same name is another object', async () => {
    await using server = await ApiServer.start({ token: 't', historyLimit: 4 });
    const cuttable = new CuttableClient(server.client);
    await using informer = new Informer<ConfigMap>(cuttable.client, CONFIG_MAPS, { namespace: 'default' });
    await create(server.client, 'a');
    const { log, saw } = record(informer);
    await informer.start();
    cuttable.cut();
    await server.client.delete(CONFIG_MAPS, 'a', 'default');
    await create(server.client, 'a');
    for (let index = 0; index < 20; index++) await create(server.client, `new-${index}`);
    cuttable.mend();
    await saw('add new-19');
    expect(log.slice(0, 3)).toEqual(['add a', 'delete a', 'add a']);
  });

  test('stops while it starts', async () => {
    await using server = await ApiServer.start({ token: 't' });
    const informer = new Informer<ConfigMap>(server.client, CONFIG_MAPS);
    const started = informer.start();
    await informer[Symbol.asyncDispose]();
    await expect(started).rejects.toMatchObject({ reason: 'Aborted' });
  });
});

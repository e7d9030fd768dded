import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { IpcClient, IpcServer, type Subscriber } from './index.ts';

function socketFile(depth = 0): string {
  const directory = fs.mkdtempSync(path.join(os.tmpdir(), 'ipc-'));
  onTestFinished(() => fs.rmSync(directory, { recursive: true }));
  const deep = path.join(directory, ...Array<string>(depth).fill('a-rather-long-directory-name'));
  fs.mkdirSync(deep, { recursive: true });
  return path.join(deep, 'test.sock');
}

test('calls overlap and come back to their callers', async () => {
  const file = socketFile();
  await using _ = await IpcServer.listen(file, {
    slow: async (n: number) => {
      await new Promise((resolve) => setTimeout(resolve, 10 * (3 - n)));
      return n;
    },
  });
  using client = await IpcClient.connect(file);
  expect(await Promise.all([1, 2, 3].map((n) => client.call('slow', n)))).toEqual([1, 2, 3]);
  expect(fs.statSync(file).mode & 0o777).toBe(0o600);
});

test('an error of a handler reaches the caller, an unknown method names the known ones', async () => {
  const file = socketFile();
  await using _ = await IpcServer.listen(file, {
    fail: () => {
      throw new Error('no such pool');
    },
  });
  using client = await IpcClient.connect(file);
  await expect(client.call('fail')).rejects.toThrow('no such pool');
  await expect(client.call('other')).rejects.toThrow('no method other; there are: fail');
});

test('a stream goes on after the answer and ends with the client', async () => {
  const file = socketFile();
  let subscriber: Subscriber | undefined;
  await using _ = await IpcServer.listen(file, {
    follow: (_params: null, s: Subscriber) => {
      subscriber = s;
      s.push(1);
    },
  });
  const items: number[] = [];
  const client = await IpcClient.connect(file);
  await client.call('follow', null, (item: number) => items.push(item));
  subscriber?.push(2);
  await expect.poll(() => items).toEqual([1, 2]);
  client[Symbol.dispose]();
  await expect.poll(() => subscriber?.signal.aborted).toBe(true);
});

test('a server that ends fails the calls under way', async () => {
  const file = socketFile();
  const server = await IpcServer.listen(file, { never: () => new Promise(() => {}) });
  using client = await IpcClient.connect(file);
  const call = client.call('never');
  await Promise.all([expect(call).rejects.toThrow('gone'), server[Symbol.asyncDispose]()]);
});

test('a socket deeper than the kernel takes paths is reached all the same', async () => {
  const file = socketFile(6);
  expect(file.length).toBeGreaterThan(108);
  await using _ = await IpcServer.listen(file, { hello: () => 'world' });
  using client = await IpcClient.connect(file);
  expect(await client.call('hello')).toBe('world');
});

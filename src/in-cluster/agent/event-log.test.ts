import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { HttpServer } from '../http/http-server.ts';
import { EventLog } from './event-log.ts';

const gone = (goneNs: number) => ({ linkGone: { node: 'n', containerId: 'c', goneNs } });

async function serve() {
  const log = new EventLog('n');
  onTestFinished(() => log[Symbol.dispose]());
  const endpoints = { '/trace': { stream: log.stream.bind(log) } };
  const server = await HttpServer.listen({ host: '127.0.0.1', port: 0, endpoints });
  onTestFinished(() => server[Symbol.asyncDispose]());
  const lines = async function* (query = ''): AsyncGenerator<Record<string, unknown>> {
    const request = get(`http://127.0.0.1:${server.port}/trace${query}`);
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    let rest = '';
    for await (const chunk of response.setEncoding('utf8')) {
      const parts = `${rest}${chunk}`.split('\n');
      rest = parts.pop()!;
      for (const line of parts) yield JSON.parse(line);
    }
  };
  return { log, lines };
}

async function take(stream: AsyncGenerator<Record<string, unknown>>, count: number) {
  const taken: Record<string, unknown>[] = [];
  while (taken.length < count) taken.push((await stream.next()).value);
  return taken;
}

test('a stream begins with what happens next, numbered', async () => {
  const { log, lines } = await serve();
  log.push(gone(1));
  const stream = lines();
  expect(await take(stream, 1)).toEqual([{ instance: log.instance, node: 'n', seq: 1, lost: 0 }]);
  log.push(gone(2));
  expect(await take(stream, 1)).toEqual([{ seq: 2, ...gone(2) }]);
  await stream.return(undefined);
});

test('who was cut off goes on where it was, and hears of what is kept no more', async () => {
  const { log, lines } = await serve();
  for (let i = 1; i <= 50_000; i++) log.push(gone(i));
  const stream = lines('?after=10000');
  const [head, first] = await take(stream, 2);
  expect(head).toMatchObject({ seq: 10_000, lost: 20_000 });
  expect(first).toEqual({ seq: 30_001, ...gone(30_001) });
  await stream.return(undefined);
  const recent = lines('?after=49999');
  expect((await take(recent, 2))[1]).toEqual({ seq: 50_000, ...gone(50_000) });
  await recent.return(undefined);
});

test('a number from before a restart gets what the new instance has to tell from then on', async () => {
  const { log, lines } = await serve();
  log.push(gone(1));
  const stream = lines('?after=400');
  expect(await take(stream, 1)).toMatchObject([{ seq: 1, lost: 0 }]);
  await stream.return(undefined);
});

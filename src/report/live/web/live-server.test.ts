import { request } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import type { RunEvent } from '../../../measure/index.ts';
import { LiveServer } from './live-server.ts';

const started: RunEvent = {
  kind: 'run.started',
  at: 1,
  utc: '2026-11-21T06:14:26.000Z',
  scenario: 'x',
  planned: 2,
};
const warning = (at: number): RunEvent => ({ kind: 'warning', at, text: `w${at}` });

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Readonly<Record<string, unknown>>;
}

/** Asks by hand: fetch would not let a test name another host. */
async function ask(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  request(url, { headers, method, agent: false }, (response) => {
    text(response).then(
      (body) => resolve({ status: response.statusCode!, body, headers: response.headers }),
      reject,
    );
  })
    .on('error', reject)
    .end();
  return await promise;
}

it('listens on the loopback address alone, at a path that nobody guesses', async () => {
  await using server = await LiveServer.start();
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/[0-9a-f]{32}\/$/);
  expect((await ask(new URL('/', server.url).href)).status).toBe(404);
  expect((await ask(new URL('/events', server.url).href)).status).toBe(404);
});

it('answers no page that came by another name, and nothing but reads', async () => {
  await using server = await LiveServer.start();
  expect((await ask(server.url, { host: 'evil.example' })).status).toBe(403);
  expect((await ask(server.url, {}, 'POST')).status).toBe(403);
});

it('gives a page that may ask nobody but its server', async () => {
  await using server = await LiveServer.start();
  const { status, body, headers } = await ask(server.url);
  expect(status).toBe(200);
  expect(headers['content-type']).toBe('text/html; charset=utf-8');
  expect(body).toMatch(
    /default-src 'none'; style-src 'sha256-[^;]+; script-src ('sha256-[^']+' ?){2}; connect-src 'self'"/,
  );
  expect(body).toContain('uPlot');
});

it('sends what was before, what comes, and the end; single addresses it keeps to itself', async () => {
  const server = await LiveServer.start();
  server.onEvent(started);
  server.onEvent({ kind: 'address.granted', at: 2, address: '10.0.0.1', owner: 'p', node: 'n1' });
  const answer = ask(`${server.url}events`);
  await expect.poll(() => server.pages).toBe(1);
  server.onEvent(warning(3));
  server.end({ outcome: 'passed', folder: 'results/x' });
  await server[Symbol.asyncDispose]();
  expect((await answer).body).toBe(
    [
      'retry: 1000',
      `id: 0\ndata: ${JSON.stringify(started)}`,
      `id: 1\ndata: ${JSON.stringify(warning(3))}`,
      'id: 2\nevent: end\ndata: {"outcome":"passed","folder":"results/x"}',
      '',
    ].join('\n\n'),
  );
});

it('goes on where a page lost its connection, and forgets the run before', async () => {
  const server = await LiveServer.start();
  for (const event of [started, warning(2), started, warning(3), warning(4)]) server.onEvent(event);
  const all = ask(`${server.url}events`);
  const rest = ask(`${server.url}events`, { 'last-event-id': '3' });
  await expect.poll(() => server.pages).toBe(2);
  await server[Symbol.asyncDispose]();
  const ids = async (answer: Promise<Answer>) =>
    [...(await answer).body.matchAll(/^id: (\d+)$/gm)].map(([, id]) => id);
  expect(await ids(all)).toEqual(['2', '3', '4']);
  expect(await ids(rest)).toEqual(['4']);
});

import { expect, onTestFinished, test } from 'vitest';
import { HttpServer } from './http-server.ts';
import { probes } from './probes.ts';

async function serve(state: { waitsFor: string | undefined }) {
  const server = await HttpServer.listen({
    host: '127.0.0.1',
    port: 0,
    guarded: { prefix: '/v1/', token: 'secret' },
    endpoints: {
      ...probes({ waitsFor: () => state.waitsFor, metrics: () => 'up 1\n' }),
      '/v1/info': { answer: () => ({ body: { node: 'n' } }) },
      '/v1/broken': {
        answer: () => {
          throw new Error('no');
        },
      },
    },
  });
  onTestFinished(() => server[Symbol.asyncDispose]());
  return async (path: string, init: RequestInit = {}) => {
    const answer = await fetch(`http://127.0.0.1:${server.port}${path}`, init);
    return [answer.status, await answer.text()];
  };
}

const TOKEN = { headers: { 'X-Churnlab-Token': 'secret' } };

test('probes and metrics need no token, and say what is waited for', async () => {
  const state = { waitsFor: 'waiting for the API server' as string | undefined };
  const ask = await serve(state);
  expect(await ask('/healthz')).toEqual([200, 'ok\n']);
  expect(await ask('/readyz')).toEqual([503, 'waiting for the API server\n']);
  state.waitsFor = undefined;
  expect(await ask('/readyz')).toEqual([200, 'ok\n']);
  expect(await ask('/metrics')).toEqual([200, 'up 1\n']);
});

test('everything else needs the token, also what is not there', async () => {
  const ask = await serve({ waitsFor: undefined });
  const others = [
    {},
    { headers: { 'X-Churnlab-Token': 'other' } },
    { headers: { authorization: 'Bearer secret' } },
  ];
  for (const init of others) {
    expect((await ask('/v1/info', init))[0]).toBe(401);
    expect((await ask('/v1/nothing', init))[0]).toBe(401);
  }
  expect(await ask('/v1/info', TOKEN)).toEqual([200, '{"node":"n"}']);
  expect(await ask('/v1/info?x=1', TOKEN)).toEqual([200, '{"node":"n"}']);
  expect((await ask('/v1/nothing', TOKEN))[0]).toBe(404);
  expect((await ask('/constructor'))[0]).toBe(404);
  expect((await ask('/v1/info', { ...TOKEN, method: 'POST' }))[0]).toBe(405);
  expect(await ask('/v1/broken', TOKEN)).toEqual([500, 'no\n']);
});

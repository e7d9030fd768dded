import { expect, onTestFinished, test } from 'vitest';
import { type Path, pathsOf, problemOf, type Responder } from './paths.ts';
import { respond } from './respond.ts';

const a: Responder = { pod: 'a', node: 'n1', ips: ['10.20.0.1', 'fd00:20::1'] };
const b: Responder = { pod: 'b', node: 'n2', ips: ['10.20.1.1', 'fd00:20::1:1'] };

test('each responder tries all, in each family, the Service and its name', () => {
  const paths = pathsOf([a, b], { port: 8080, serviceIps: ['10.96.0.9'], serviceName: 'test.ns.svc' });
  const fromA = paths.filter(({ from }) => from === a);
  expect(paths).toHaveLength(2 * fromA.length);
  expect(fromA.map(({ kind, url, to }) => [kind, url, to])).toEqual([
    ['pod to itself', 'http://10.20.0.1:8080/', 'a'],
    ['pod to itself', 'http://[fd00:20::1]:8080/', 'a'],
    ['pod on another node', 'http://10.20.1.1:8080/', 'b'],
    ['pod on another node', 'http://[fd00:20::1:1]:8080/', 'b'],
    ['Service', 'http://10.96.0.9:8080/', undefined],
    ['Service by name', 'http://test.ns.svc:8080/', undefined],
  ]);
  expect(pathsOf([a], { port: 1, serviceIps: [] }).map(({ kind }) => kind)).toEqual([
    'pod to itself',
    'pod to itself',
  ]);
});

test('an answer must come from the pod that was asked', () => {
  const path: Path = { from: a, kind: 'pod on another node', url: 'http://10.20.1.1/', to: 'b' };
  expect(problemOf(path, { by: b })).toBeUndefined();
  expect(problemOf(path, { by: a })).toBe('answered by a');
  expect(problemOf(path, { error: 'refused' })).toBe('refused');
  expect(problemOf({ from: a, kind: 'Service', url: 'http://10.96.0.9/' }, { by: a })).toBeUndefined();
});

test('a responder says who it is, and who answers elsewhere', async () => {
  const self = { pod: 'a', node: 'n1' };
  const responder = await respond(0, self);
  onTestFinished(() => responder[Symbol.asyncDispose]());
  const here = `http://127.0.0.1:${responder.port}/`;
  const reach = async (url: string) => (await fetch(`${here}reach?url=${encodeURIComponent(url)}`)).json();
  expect(await (await fetch(here)).json()).toEqual(self);
  expect(await reach(here)).toEqual({ by: self });
  expect(await reach('http://127.0.0.1:1/')).toEqual({
    error: expect.stringMatching(/ECONNREFUSED|bad port/),
  });
  expect((await fetch(`${here}nowhere`)).status).toBe(404);
});

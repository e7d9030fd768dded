import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AddressInvariants, Recorder, RunFolder, type Sample } from '../measure/index.ts';
import type { CallFollower } from '../substrate/index.ts';
import { Calls } from './calls.ts';

type Call = Parameters<CallFollower['onCall']>[0];

const ADD: Call = {
  verb: 'ADD',
  node: 'n1',
  containerId: 'c1',
  startedNs: 1000,
  endedNs: 3000,
  decidedNs: 2500,
  plugins: [{ type: 'churnlab-cni', ns: 2000 }],
  ok: true,
  ips: ['10.20.0.1'],
  parts: { exec: 500, queue: 100, ipam: 10, link: 200, addr: 200, map: 90, persist: 0 },
};
const DEL: Call = { ...ADD, verb: 'DEL', startedNs: 5000, endedNs: 6000, decidedNs: 5900 };

let home: string;
let samples: Sample[];
let addresses: AddressInvariants;
let refused: [pod: string, ...what: unknown[]][];
let handedOver: string[];
let calls: Calls;

beforeEach(() => {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-calls-'));
  samples = [];
  refused = [];
  handedOver = [];
  addresses = new AddressInvariants({ pools: ['10.20.0.0/16'], cooldownNs: 0 });
  const recorder = new Recorder({ sink: { write: (sample) => samples.push(sample) } });
  calls = new Calls(recorder, RunFolder.create(home, 'calls', new Date()), addresses, {
    podOf: ({ containerId }) => ({ name: `pod-${containerId}` }),
    addRefused: (pod, { at, class: why, message }) => refused.push([pod, at, why, message]),
    granted: (pod, { ips }) => handedOver.push(`${pod} has ${ips}`),
    released: (pod, { ips }) => handedOver.push(`${pod} had ${ips}`),
    addressChanged: (pod, { kind, ips }) => handedOver.push(`${pod}: ${ips} ${kind}`),
  });
});
afterEach(() => fs.rmSync(home, { recursive: true }));

const seen = (): [string, number][] => samples.map(({ metric, ns }) => [metric, ns]);

test('the parts of an ADD add up to the whole', () => {
  calls.onCall(ADD);
  const [[, whole], ...parts] = seen() as [[string, number], ...[string, number][]];
  expect(whole).toBe(2000);
  expect(parts.reduce((sum, [, ns]) => sum + ns, 0)).toBe(2000);
  expect(calls.added).toBe(1);
});

test('what agents collected is named as an inventory names it', () => {
  const attachment = { containerId: 'c1', ifname: 'eth0', pod: 'x/pod-a', collectedNs: 1 };
  calls.onCollected({ ...attachment, node: 'n1', ips: ['10.20.0.1', 'fd00:20::1'] });
  expect(calls.collected).toEqual(['n1 10.20.0.1', 'n1 fd00:20::1']);
});

test('addresses that files tell of are checked without a call, and are no sample', () => {
  const change = { node: 'n1', containerId: 'a', pod: 'x/pod-a', ips: ['10.20.0.1'] };
  calls.onAddress({ ...change, kind: 'granted', at: 10 });
  calls.onAddress({ ...change, kind: 'granted', at: 20, containerId: 'b', pod: 'x/pod-b' });
  expect(seen()).toEqual([]);
  expect(handedOver).toEqual(['pod-a: 10.20.0.1 granted', 'pod-b: 10.20.0.1 granted']);
  expect(addresses.results()[0]).toMatchObject({
    name: 'address-unique',
    violations: 1,
    witness: { text: '10.20.0.1 given to x/pod-b (b) on n1 while x/pod-a (a) on n1 had it' },
  });
});

test('a sandbox that its kubelet tells of as refused is no sample of a call', () => {
  const message = 'no IP addresses available in range set: 10.20.0.1-10.20.0.30';
  calls.onRefused({ at: 7, pod: 'x/pod-a', node: 'n1', class: 'pool-full', message });
  expect(refused).toEqual([['pod-', 7, 'pool-full', message]]);
  expect(seen()).toEqual([]);
});

test('the plugins of a chain are told apart by label, one plugin is the call itself', () => {
  const { parts: _, ...chain } = ADD;
  calls.onCall({
    ...chain,
    plugins: [
      { type: 'bridge', ns: 1500 },
      { type: 'portmap', ns: 400 },
    ],
  });
  expect(samples.map(({ ns, labels }) => [ns, labels?.plugin])).toEqual([
    [2000, undefined],
    [1500, 'bridge'],
    [400, 'portmap'],
  ]);
});

test('a refusal is a failed sample of its class and grants nothing', () => {
  const refusal: Call = { ...ADD, ok: false, class: 'pool-full', ips: [] };
  calls.onCall(refusal);
  expect(samples).toMatchObject([{ metric: 'cni.add', ok: false, class: 'pool-full' }]);
  expect(refused).toEqual([['pod-c1', refusal.endedNs, refusal.class, refusal.message]]);
  expect(handedOver).toEqual([]);
  expect(calls.added).toBe(0);
});

test.each(['call first', 'link first'])('the link of a released pod is clocked from its DEL, %s', (order) => {
  const gone = { node: 'n1', containerId: 'c1', goneNs: 9000 };
  if (order === 'link first') calls.onLinkGone(gone);
  calls.onCall(DEL);
  if (order === 'call first') calls.onLinkGone(gone);
  expect(seen()).toContainEqual(['cni.del.link_gone', 4000]);
});

test('a CIDR that a node lacked is clocked, by pool', () => {
  calls.onRefill({ node: 'n1', pool: 'red', at: 100, ns: 40 });
  expect(samples).toMatchObject([
    { metric: 'ipam.refill', at: 100, ns: 40, ok: true, node: 'n1', labels: { pool: 'red' } },
  ]);
});

test('who gets and gives back an address is told once', () => {
  calls.onCall(ADD);
  calls.onCall(DEL);
  expect(handedOver).toEqual(['pod-c1 has 10.20.0.1', 'pod-c1 had 10.20.0.1']);
});

test('an address that two pods have at once is found by what the calls tell', () => {
  calls.onCall(ADD);
  calls.onCall({ ...ADD, containerId: 'c2', decidedNs: 2600 });
  const unique = addresses.results().find(({ name }) => name === 'address-unique');
  expect(unique?.violations).toBe(1);
});

test('an address that was released before it is given again is fine', () => {
  calls.onCall(ADD);
  calls.onCall(DEL);
  calls.onCall({ ...ADD, containerId: 'c2', startedNs: 5950, decidedNs: 5950, endedNs: 7000 });
  expect(addresses.results().every(({ violations }) => violations === 0)).toBe(true);
});

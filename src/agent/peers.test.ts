import { beforeEach, expect, test } from 'vitest';
import type { Datapath } from '../datapath/index.ts';
import type { Cidr, Ip } from '../ip/index.ts';
import type { Informer, NodeNetwork } from '../kube/index.ts';
import { followPeers } from './peers.ts';

/** The node's own address. */
const OWN = '172.30.1.1';
/** One that no way leads to. */
const FAR = '172.30.1.99';
/** What the datapath was told: prefix to next hop. */
let remotes: Map<string, string>;
let tell: {
  add(network: NodeNetwork): void;
  update(now: NodeNetwork, old: NodeNetwork): void;
  del(network: NodeNetwork): void;
};
let forgetGone: () => void;
/** What was said of prefixes that the kernel refused. */
let said: string[];

beforeEach(() => {
  remotes = new Map([['10.20.9.0/24', '172.30.1.9']]);
  const datapath = {
    setRemote: (cidr: Cidr, nexthop: Ip) => {
      if (String(nexthop) === FAR) throw new Error('Nexthop has invalid gateway');
      remotes.set(String(cidr), String(nexthop));
    },
    deleteRemote: (cidr: Cidr) => remotes.delete(String(cidr)),
    remotes: () => [...remotes.keys()].map((text) => ({ cidr: { toString: () => text } })),
  } as unknown as Datapath;
  const handlers = {} as typeof tell;
  const informer = {
    onAdd: (handler: (typeof tell)['add']) => {
      handlers.add = handler;
      return informer;
    },
    onUpdate: (handler: (typeof tell)['update']) => {
      handlers.update = handler;
      return informer;
    },
    onDelete: (handler: (typeof tell)['del']) => {
      handlers.del = handler;
      return informer;
    },
  };
  tell = handlers;
  said = [];
  const log = (message: string) => void said.push(message);
  forgetGone = followPeers(
    datapath,
    { name: 'self', ips: [OWN] },
    informer as unknown as Informer<NodeNetwork>,
    'direct',
    log,
  );
});

function network(name: string, podCIDRs: string[], reason: '' | 'NodeCIDRConflict' = ''): NodeNetwork {
  return {
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'NodeNetwork',
    metadata: { name },
    spec: { podCIDRs, nodeIPs: [`172.30.1.${name.slice(1)}`] },
    status: { operator: { reason } },
  };
}

test('other nodes are known by address and prefix until they go; this one is not among them', () => {
  tell.add({ ...network('n1', ['10.20.0.0/24']), metadata: { name: 'self' } });
  tell.add(network('n2', ['10.20.1.0/24']));
  expect(remotes.get('10.20.1.0/24')).toBe('172.30.1.2');
  expect(remotes.get('172.30.1.2/32')).toBe('172.30.1.2');
  expect(remotes.has('10.20.0.0/24')).toBe(false);
  tell.del(network('n2', ['10.20.1.0/24']));
  expect([...remotes.keys()]).toEqual(['10.20.9.0/24']);
});

test('what an earlier agent left is kept until all nodes are known', () => {
  tell.add(network('n2', ['10.20.1.0/24']));
  expect(remotes.has('10.20.9.0/24')).toBe(true);
  forgetGone();
  expect([...remotes.keys()].sort()).toEqual(['10.20.1.0/24', '172.30.1.2/32']);
});

test('a prefix in conflict goes to the node that has it, whoever was seen first', () => {
  const [older, younger] = [network('n2', ['10.20.1.0/24']), network('n3', ['10.20.1.0/24'])];
  tell.add(older);
  tell.add(younger);
  tell.update(network('n3', ['10.20.1.0/24'], 'NodeCIDRConflict'), younger);
  expect(remotes.get('10.20.1.0/24')).toBe('172.30.1.2');
  expect(remotes.get('172.30.1.3/32')).toBe('172.30.1.3');
  // The conflict ends when the older node leaves.
  tell.del(older);
  expect(remotes.has('10.20.1.0/24')).toBe(false);
  tell.update(younger, network('n3', ['10.20.1.0/24'], 'NodeCIDRConflict'));
  expect(remotes.get('10.20.1.0/24')).toBe('172.30.1.3');
});

test("a node that had this one's address before is not another one", () => {
  tell.add(network('n1', ['10.20.7.0/24']));
  expect([...remotes.keys()]).toEqual(['10.20.9.0/24']);
});

test('a node that no way leads to is told of, and keeps nobody from the others', () => {
  tell.add(network('n99', ['10.20.8.0/24']));
  tell.add(network('n2', ['10.20.1.0/24']));
  expect(said[0]).toBe('172.30.1.99/32 of node n99: Nexthop has invalid gateway');
  expect(remotes.get('10.20.1.0/24')).toBe('172.30.1.2');
});

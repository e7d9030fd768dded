import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Family, Ip } from '../../ip/index.ts';
import { warmThreadPool } from '../../kernel/index.ts';
import { makePrivateDirectory, wholeChecksums } from '../../kernel/testing/index.ts';
import {
  endpointAt,
  makeServiceNetwork,
  type ServiceNetwork,
  servicePort,
} from './testing/service-network.ts';

let made: ServiceNetwork;

beforeAll(async () => {
  await warmThreadPool();
  made = await makeServiceNetwork('direct', makePrivateDirectory(), { xdp: 'generic' });
  const { network } = made;
  for (const place of [network.outside, ...network.nodes, network.pods.a, network.pods.c]) {
    wholeChecksums(place.netns, 'eth0');
  }
});
afterAll(() => made?.[Symbol.asyncDispose]());

const CLUSTER_IP: Readonly<Record<Family, Ip>> = {
  ipv4: Ip.parse('10.96.0.1'),
  ipv6: Ip.parse('fd00:96::1'),
};
const NODE_PORT = 30_001;
type Protocol = 'TCP' | 'UDP';
const EVERY = (['ipv4', 'ipv6'] as const).flatMap((family) =>
  (['TCP', 'UDP'] as const).map((protocol) => [family, protocol] as const),
);
const turnedRound = () => made.services[0]!.metrics().xdp.packets;

/** Calls the node port of a service with this pod behind it, from outside by the first node. */
async function call(family: Family, protocol: Protocol, pod: 'a' | 'c') {
  const { nodes, outside, pods } = made.network;
  const endpoints = [endpointAt(pods[pod], family)];
  const clusterIp = CLUSTER_IP[family];
  made.set(servicePort({ name: protocol, protocol, clusterIp, nodePort: NODE_PORT, endpoints }));
  const host = String(nodes[0].address(family));
  const peer = await outside.peer();
  const seen = await (protocol === 'TCP'
    ? peer.tcp(host, { port: NODE_PORT, bytes: 20_000 })
    : peer.udp(host, { port: NODE_PORT, patience: 1000 }));
  expect(seen).toMatchObject({ server: pod, answeredBy: host });
}

test('what is for a pod here is left to the programs at tc', async () => {
  for (const [family, protocol] of EVERY) await call(family, protocol, 'a');
  expect(turnedRound()).toBe(0);
});

test.each(EVERY)(
  'over %s, %s that only passes through is turned round on the uplink',
  async (family, protocol) => {
    // The first packet may have to wait for a neighbour: the stack's work.
    await call(family, protocol, 'c');
    const before = turnedRound();
    await call(family, protocol, 'c');
    expect(turnedRound()).toBeGreaterThanOrEqual(before + 2);
  },
);

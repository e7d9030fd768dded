import { afterAll, beforeAll, describe, expect, test } from 'vitest';
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
const moved = () => made.services[0]!.metrics().xdp.packets;

describe.each(['ipv4', 'ipv6'] as const)('%s', (family) => {
  test.each(['TCP', 'UDP'] as const)(
    '%s that only passes through is turned round on the uplink',
    async (protocol) => {
      const { nodes, outside, pods } = made.network;
      const service = (pod: keyof typeof pods) =>
        servicePort({
          name: protocol,
          protocol,
          clusterIp: CLUSTER_IP[family],
          nodePort: NODE_PORT,
          endpoints: [endpointAt(pods[pod], family)],
        });
      const host = String(nodes[0].address(family));
      const peer = await outside.peer();
      const call = () =>
        protocol === 'TCP'
          ? peer.tcp(host, { port: NODE_PORT, bytes: 20_000 })
          : peer.udp(host, { port: NODE_PORT, patience: 1000 });
      made.set(service('c'));
      // The first packet may have to wait for a neighbour: the stack's work.
      expect(await call()).toMatchObject({ server: 'c', answeredBy: host });
      const before = moved();
      expect(await call()).toMatchObject({ server: 'c', answeredBy: host });
      expect(moved()).toBeGreaterThanOrEqual(before + 2);
      // What is for a pod here is left alone.
      made.set(service('a'));
      const then = moved();
      expect(await call()).toMatchObject({ server: 'a', answeredBy: host });
      expect(moved()).toBe(then);
    },
  );
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Family, Ip } from '../../ip/index.ts';
import { warmThreadPool } from '../../kernel/index.ts';
import { makePrivateDirectory } from '../../kernel/testing/index.ts';
import type { Place } from '../testing/test-network.ts';
import type { ServiceProtocol } from './index.ts';
import {
  endpointAt,
  makeServiceNetwork,
  type ServiceNetwork,
  servicePort,
} from './testing/service-network.ts';

let directory: string;

beforeAll(async () => {
  await warmThreadPool();
  directory = makePrivateDirectory();
});

const CLUSTER_IP: Readonly<Record<Family, (host: number) => Ip>> = {
  ipv4: (host) => Ip.parse(`10.96.0.${host}`),
  ipv6: (host) => Ip.parse(`fd00:96::${host}`),
};

describe.each(['direct', 'vxlan'] as const)('%s routing', (routing) => {
  let made: ServiceNetwork;

  beforeAll(async () => {
    made = await makeServiceNetwork(routing, directory);
  });

  afterAll(async () => {
    await made?.[Symbol.asyncDispose]();
  });

  test.each(['ipv4', 'ipv6'] as const)(
    'long answers and requests over %s, also past this node',
    async (family) => {
      const { nodes, pods, outside } = made.network;
      const clusterIp = CLUSTER_IP[family](2);
      const spec = servicePort({
        name: 'bulk',
        protocol: 'TCP',
        clusterIp,
        nodePort: 30_002,
        endpoints: [endpointAt(pods.c, family)],
      });
      const bytes = 300_000;
      for (const dsr of [false, true]) {
        made.set({ ...spec, dsr });
        for (const [from, host, port] of [
          [pods.b, clusterIp, 80],
          [outside, nodes[0].address(family), 30_002],
          [outside, nodes[1].address(family), 30_002],
        ] as const) {
          const peer = await from.peer();
          const seen = await peer.tcp(String(host), { port, bytes });
          expect([from.name, dsr, seen]).toMatchObject([
            from.name,
            dsr,
            { server: 'c', bytes, answeredBy: String(host) },
          ]);
        }
      }
    },
  );

  describe.each([
    ['TCP', 'ipv4'],
    ['TCP', 'ipv6'],
    ['UDP', 'ipv4'],
    ['UDP', 'ipv6'],
  ] as const)('%s over %s', (protocol: ServiceProtocol, family: Family) => {
    const call = async (from: Place, host: Ip, port: number) => {
      const peer = await from.peer();
      const options = { port, patience: 1000 };
      return protocol === 'TCP' ? peer.tcp(String(host), options) : peer.udp(String(host), options);
    };

    /** One service, called by everybody; what each sees. */
    test.each(['a', 'b', 'c', 'node1', 'node2'] as const)('everybody reaches %s', async (name) => {
      const { nodes, pods, outside } = made.network;
      const places: Record<string, Place> = { ...pods, node1: nodes[0], node2: nodes[1], outside };
      const target = places[name]!;
      const clusterIp = CLUSTER_IP[family](1);
      const spec = servicePort({
        name: 'one',
        protocol,
        clusterIp,
        nodePort: 30_001,
        endpoints: [endpointAt(target, family)],
      });
      made.set(spec);
      for (const from of [...Object.values(pods), ...nodes]) {
        const seen = await call(from, clusterIp, 80).catch((error: Error) => error.message);
        expect([from.name, seen]).toMatchObject([from.name, { server: name, answeredBy: String(clusterIp) }]);
      }
      for (const [from, node] of [
        [outside, nodes[0]],
        [outside, nodes[1]],
        [pods.a, nodes[0]],
        [pods.b, nodes[0]],
        [pods.b, nodes[1]],
        [pods.c, nodes[0]],
        [nodes[0], nodes[0]],
        [nodes[0], nodes[1]],
      ] as const) {
        const host = node.address(family);
        const seen = await call(from, host, 30_001).catch((error: Error) => error.message);
        expect([from.name, node.name, seen]).toMatchObject([
          from.name,
          node.name,
          { server: name, answeredBy: String(host) },
        ]);
      }
      const seen = await call(outside, clusterIp, 80).catch((error: Error) => error.message);
      expect(seen).toMatchObject({ server: name, answeredBy: String(clusterIp) });
    });
  });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { warmThreadPool } from '../kernel/index.ts';
import { makePrivateDirectory } from '../kernel/testing/index.ts';
import { makeTestNetwork, type Place, type TestNetwork, TestPod } from './testing/test-network.ts';

/** Service addresses of the first node's stack, as kube-proxy makes them, and a host port as portmap does. */
const VIPS = { ipv4: '10.96.0.1', ipv6: 'fd00:96::1' } as const;
const PORTS = { local: 80, remote: 81, self: 82, closed: 83, host: 8080 } as const;

let directory: string;

beforeAll(async () => {
  await warmThreadPool();
  directory = makePrivateDirectory();
});

describe.each([
  ['direct', 'untranslated'],
  ['direct', 'never'],
  ['vxlan', 'untranslated'],
  ['vxlan', 'never'],
] as const)('%s routing, short cuts %s', (routing, shortCuts) => {
  let network: TestNetwork;

  beforeAll(async () => {
    network = await makeTestNetwork(routing, directory, { shortCuts });
    network.nodes[0].sh(`nft -f - <<'END'\n${rules(network)}\nEND`);
  });

  afterAll(async () => {
    await network?.[Symbol.asyncDispose]();
  });

  describe.each(['ipv4', 'ipv6'] as const)('%s', (family) => {
    const call = async (from: Place, target: string, port: number, server: Place) => {
      const [client] = await Promise.all([from.peer(), server.peer()]);
      const tcp = await client.tcp(target, { port, bytes: 100_000 });
      const udp = await client.udp(target, { port });
      expect(udp).toEqual({ ...tcp, bytes: 10 });
      // Fragments. Those of an IPv6 sender beyond the overlay are refused until it has learnt the overlay's MTU.
      const refused = !(from instanceof TestPod) && family === 'ipv6' && routing === 'vxlan';
      const bytes = refused ? 1000 : 5000;
      expect(await client.udp(target, { port, bytes })).toEqual({ ...tcp, bytes });
      expect(tcp).toMatchObject({ answeredBy: target, bytes: 100_000 });
      return tcp.seen;
    };

    test('a service answers with its own address, wherever its backend is', async () => {
      const { a, b, c } = network.pods;
      const client = a.address(family).toString();
      expect(await call(a, VIPS[family], PORTS.local, b)).toBe(client);
      expect(await call(a, VIPS[family], PORTS.remote, c)).toBe(client);
      // After this the same ends talk directly, without the stack's translation.
      expect(await call(a, c.address(family).toString(), 7000, c)).toBe(client);
    });

    test('a pod reaches itself through a service (hairpin)', async () => {
      const { a } = network.pods;
      const node = network.nodes[0].address(family).toString();
      expect(await call(a, VIPS[family], PORTS.self, a)).toBe(node);
    });

    test('a host port answers outside, nodes and pods everywhere', async () => {
      const { nodes, outside, pods } = network;
      const target = nodes[0].address(family).toString();
      for (const client of [outside, nodes[1], pods.a, pods.c]) {
        expect(await call(client, target, PORTS.host, pods.b)).toBe(client.address(family).toString());
      }
    });

    test('an ICMP error finds its way back through the translation, and without one', async () => {
      const { a, b, c } = network.pods;
      const client = await a.peer();
      const refused = 'ECONNREFUSED';
      const ask = (host: string, port: number) => client.udp(host, { port, connected: true });
      await expect(ask(VIPS[family], PORTS.closed)).rejects.toThrow(refused);
      await expect(ask(b.address(family).toString(), 9)).rejects.toThrow(refused);
      await expect(ask(c.address(family).toString(), 9)).rejects.toThrow(refused);
    });
  });

  test('flows of pods that have gone are forgotten', () => {
    const { datapath } = network.nodes[0];
    const flows = datapath.stackFlows().length;
    expect(flows > 0).toBe(shortCuts === 'untranslated');
    expect(datapath.sweepStackFlows()).toBe(0);
    for (const { address } of datapath.endpoints()) datapath.deleteEndpoint(address);
    expect(datapath.sweepStackFlows()).toBe(flows);
    expect(datapath.stackFlows()).toEqual([]);
  });
});

// Where the stack does not know the direct flow, it cannot see that the ends are taken.
test.each(['direct', 'vxlan'] as const)(
  'without short cuts direct and translated flows may begin at the same port, %s routing',
  async (routing) => {
    await using network = await makeTestNetwork(routing, makePrivateDirectory(), { shortCuts: 'never' });
    network.nodes[0].sh(`nft -f - <<'END'\n${rules(network)}\nEND`);
    const { a, ...servers } = network.pods;
    const [client] = await Promise.all([a.peer(), servers.b.peer(), servers.c.peer()]);
    let localPort = 50_000;
    for (const family of ['ipv4', 'ipv6'] as const) {
      for (const [name, port] of [
        ['b', PORTS.local],
        ['c', PORTS.remote],
      ] as const) {
        localPort++;
        await client.open(servers[name].address(family).toString(), { localPort });
        const { server, answeredBy } = await client.tcp(VIPS[family], { port, localPort });
        expect([server, answeredBy]).toEqual([name, VIPS[family]]);
        expect(await client.say(1000)).toBe(1000);
      }
    }
  },
);

function rules({ nodes: [node], pods: { a, b, c } }: TestNetwork): string {
  const families = ['ipv4', 'ipv6'] as const;
  const dnat = families.flatMap((family) => {
    const word = family === 'ipv4' ? 'ip' : 'ip6';
    const to = (place: Place, port = 7000): string => {
      const address = place.address(family);
      return `dnat ${word} to ${family === 'ipv4' ? address : `[${address}]`}:${port}`;
    };
    const at = (address: string, port: number): string =>
      `${word} daddr ${address} meta l4proto { tcp, udp } th dport ${port}`;
    return [
      `${at(VIPS[family], PORTS.local)} ${to(b)}`,
      `${at(VIPS[family], PORTS.remote)} ${to(c)}`,
      `${at(VIPS[family], PORTS.self)} ${to(a)}`,
      `${at(VIPS[family], PORTS.closed)} ${to(c, 9)}`,
      `${at(node.address(family).toString(), PORTS.host)} ${to(b)}`,
    ];
  });
  const self = families.map((family) => {
    const word = family === 'ipv4' ? 'ip' : 'ip6';
    return `${word} saddr ${a.address(family)} ${word} daddr ${a.address(family)} masquerade`;
  });
  return `table inet services {
    chain prerouting { type nat hook prerouting priority -100; ${dnat.join('; ')}; }
    chain postrouting { type nat hook postrouting priority 99; ${self.join('; ')}; }
  }`;
}

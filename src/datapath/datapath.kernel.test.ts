import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openBpfDescriptors } from '../kernel/bpf/index.ts';
import { threadNamespaces, warmThreadPool } from '../kernel/index.ts';
import { makePrivateDirectory, ping } from '../kernel/testing/index.ts';
import { makeTestNetwork, type Place, type TestNetwork } from './testing/test-network.ts';

let directory: string;

beforeAll(async () => {
  await warmThreadPool();
  directory = makePrivateDirectory();
});

afterAll(() => {
  expect(openBpfDescriptors()).toEqual([]);
  expect(threadNamespaces().size).toBe(1);
});

describe.each([
  ['direct', 'ipv4', 1500],
  ['vxlan', 'ipv4', 1450],
  ['vxlan', 'ipv6', 1430],
] as const)('%s routing over %s', (routing, underlay, mtu) => {
  let network: TestNetwork;

  beforeAll(async () => {
    network = await makeTestNetwork(routing, directory, { underlay });
  });

  afterAll(async () => {
    await network?.[Symbol.asyncDispose]();
  });

  test('pods get the MTU that fits', () => {
    expect(network.nodes[0].datapath.podMtu).toBe(mtu);
  });

  /** Who calls whom, and whose address the called one sees. */
  const paths: readonly [string, (n: TestNetwork) => readonly [Place, Place, Place]][] = [
    ['pod to pod on its node', ({ pods: { a, b } }) => [a, b, a]],
    ['pod to pod on another node', ({ pods: { a, c } }) => [a, c, a]],
    ['node to its own pod', ({ nodes: [one], pods: { a } }) => [one, a, one]],
    ['node to a pod of another node', ({ nodes: [one], pods: { c } }) => [one, c, one]],
    ['pod to its own node', ({ nodes: [one], pods: { a } }) => [a, one, a]],
    ['pod to another node', ({ nodes: [, two], pods: { a } }) => [a, two, a]],
    ['pod to outside', ({ nodes: [one], outside, pods: { a } }) => [a, outside, one]],
    ['outside to node', ({ nodes: [one], outside }) => [outside, one, outside]],
    ['node to node', ({ nodes: [one, two] }) => [one, two, one]],
  ];

  describe.each(['ipv4', 'ipv6'] as const)('%s', (family) => {
    test.each(paths)('%s', async (_, pick) => {
      const [from, to, shown] = pick(network);
      const [client] = await Promise.all([from.peer(), to.peer()]);
      const target = to.address(family);
      const expected = {
        seen: shown.address(family).toString(),
        server: to.name,
        answeredBy: target.toString(),
      };
      expect(await client.tcp(target.toString())).toEqual({ ...expected, bytes: 10 });
      expect(await client.tcp(target.toString(), { bytes: 300_000 })).toEqual({
        ...expected,
        bytes: 300_000,
      });
      expect(await client.udp(target.toString())).toEqual({ ...expected, bytes: 10 });
      // Larger than any MTU here: fragments.
      expect(await client.udp(target.toString(), { bytes: 5000 })).toEqual({ ...expected, bytes: 5000 });
      expect(ping(from.netns, target.bytes())).toBe(true);
      if (to !== network.outside) expect(ping(from.netns, target.bytes(), 3000)).toBe(true);
    });

    test('an answer too big for the pod is cut to size, or teaches its sender the path MTU', () => {
      const { pods, outside } = network;
      // No IPv6 router fragments: the first answer is lost to "packet too big", the second fits the overlay.
      const lost = routing === 'vxlan' && family === 'ipv6';
      expect(ping(pods.a.netns, outside.address(family).bytes(), 3000)).toBe(!lost);
      expect(ping(pods.a.netns, outside.address(family).bytes(), 3000)).toBe(true);
    });
  });
});

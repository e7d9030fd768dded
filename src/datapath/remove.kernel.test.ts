import fs from 'node:fs';
import path from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { attachedNames } from '../kernel/bpf/index.ts';
import { warmThreadPool } from '../kernel/index.ts';
import { makePrivateDirectory } from '../kernel/testing/index.ts';
import { type Routing, removeDatapath } from './index.ts';
import { makeServiceNetwork } from './services/testing/service-network.ts';
import type { TestNode } from './testing/test-network.ts';

beforeAll(warmThreadPool);

/** All that a datapath changes on a node but kernel parameters, and addresses of pods' links, which are the runtime's. */
const stateOf = (node: TestNode): string =>
  node.sh(
    [
      'ip -o link | cut -d : -f 2 | sort',
      'ip route; ip -6 route | grep -v fe80',
      'ip neigh show nud permanent',
      'tc qdisc show dev eth0; tc filter show dev eth0 ingress; tc filter show dev eth0 egress',
      'nft list ruleset',
    ].join('; '),
  );

test.each<Routing>(['direct', 'vxlan'])(
  'nothing of a %s node is left, however often it is asked for',
  async (routing) => {
    const directory = makePrivateDirectory();
    await using made = await makeServiceNetwork(routing, directory);
    const { nodes, options } = made.network;
    const [node] = nodes;
    const pins = path.join(directory, node.name);
    expect(stateOf(node)).toContain('churnlab0');
    // Pods go with their namespaces, and their links with them.
    node.sh('for link in $(ip -o link | grep -o "lxc[0-9]*"); do ip link del $link; done');
    node.sh('ip route add 192.0.2.0/24 via 172.30.0.254');
    const cgroup = node.cgroup!;
    expect(attachedNames(cgroup)).toContain('cl_connect4');

    for (let time = 0; time < 2; time++) {
      removeDatapath({ netns: node.netns, bpffsDirectory: pins, cgroup });
      const left = stateOf(node);
      expect(left).not.toContain('churnlab');
      expect(left).not.toContain('10.20.');
      expect(left).not.toContain('clsact');
      expect(left).not.toMatch(/172\.30\.0\.2(?!\d)|fd00:30::2/);
      // What is another's stays.
      expect(left).toContain('192.0.2.0/24 via 172.30.0.254');
      // What the kernel itself puts into a bpffs.
      expect(fs.readdirSync(pins).filter((name) => !name.endsWith('.debug'))).toEqual([]);
      expect(attachedNames(cgroup)).toEqual([]);
    }

    // It can be put there again.
    node.datapath[Symbol.dispose]();
    node.open(options);
    expect(node.datapath.origin).toBe('loaded');
    expect(stateOf(node)).toContain('churnlab0');
  },
);

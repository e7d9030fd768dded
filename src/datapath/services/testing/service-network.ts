import path from 'node:path';
import { ensureNative } from '../../../../lab/setup/index.ts';
import type { Family, Ip } from '../../../ip/index.ts';
import { makeTestCgroup } from '../../../kernel/testing/index.ts';
import type { Routing } from '../../index.ts';
import { PORT } from '../../testing/peer-protocol.ts';
import {
  makeTestNetwork,
  type Place,
  type TestNetwork,
  type TestNode,
  TestPod,
} from '../../testing/test-network.ts';
import {
  type EndpointSpec,
  ServiceDatapath,
  type ServiceDatapathOptions,
  type ServicePortSpec,
  type ServiceProtocol,
} from '../index.ts';

/** {@link makeTestNetwork} with Services on both nodes. Pods a and d call by covered sockets, b and c per packet. */
export interface ServiceNetwork extends AsyncDisposable {
  readonly network: TestNetwork;
  readonly services: ServiceDatapath[];
  /** All nodes' Services, the same on each. */
  set(...specs: readonly ServicePortSpec[]): void;
  /** Closes and opens a node's Services, as an agent does that starts again. */
  restart(node: 0 | 1, options?: Partial<ServiceDatapathOptions>): ServiceDatapath;
}

export async function makeServiceNetwork(
  routing: Routing,
  directory: string,
  options: Partial<ServiceDatapathOptions> = {},
): Promise<ServiceNetwork> {
  await using stack = new AsyncDisposableStack();
  const objectPath = await ensureNative('services.bpf.o');
  const cgroups = [stack.use(makeTestCgroup()), stack.use(makeTestCgroup())];
  const network = stack.use(await makeTestNetwork(routing, directory));
  const { nodes, pods, outside } = network;
  for (const place of [nodes[0], pods.a]) place.cgroup = cgroups[0]!.path;
  nodes[1].cgroup = cgroups[1]!.path;
  // The only machine outside reaches cluster IPs by the first node.
  outside.sh('ip route add 10.96.0.0/16 via 172.30.0.1; ip -6 route add fd00:96::/64 via fd00:30::1');
  const open = (node: TestNode, index: number, more: Partial<ServiceDatapathOptions> = {}): ServiceDatapath =>
    ServiceDatapath.open({
      datapath: node.datapath,
      netns: node.netns,
      node: node.name,
      nodeAddresses: node.addresses,
      bpffsDirectory: path.join(directory, node.name),
      objectPath,
      cgroup: cgroups[index]!.path,
      ...options,
      ...more,
    });
  const services = nodes.map((node, index) => open(node, index));
  await Promise.all([...nodes, ...Object.values(pods), outside].map((place) => place.peer()));
  const owned = stack.move();
  return {
    network,
    services,
    set: (...specs) => {
      for (const each of services) for (const spec of specs) each.set(spec);
    },
    restart: (index, more = {}) => {
      services[index]![Symbol.dispose]();
      services[index] = open(nodes[index], index, more);
      return services[index]!;
    },
    [Symbol.asyncDispose]: async () => {
      for (const each of services) each[Symbol.dispose]();
      await owned.disposeAsync();
    },
  };
}

/** An endpoint at a place's peer process. */
export function endpointAt(place: Place, family: Family, state: Partial<EndpointSpec> = {}): EndpointSpec {
  const node =
    place instanceof TestPod ? place.node.name : place.name.startsWith('node') ? place.name : undefined;
  return {
    address: place.address(family),
    port: PORT,
    node,
    ready: true,
    serving: true,
    terminating: false,
    ...state,
  };
}

export interface ServiceShape extends Partial<ServicePortSpec> {
  readonly name: string;
  readonly protocol: ServiceProtocol;
  readonly endpoints: readonly EndpointSpec[];
  readonly clusterIp: Ip;
  readonly port?: number;
  readonly nodePort?: number;
}

/** A service port with a cluster IP and, when asked for, a node port. */
export function servicePort({
  name,
  clusterIp,
  port = 80,
  nodePort,
  ...rest
}: ServiceShape): ServicePortSpec {
  const { family } = clusterIp;
  return {
    key: `test/${name}:/${rest.protocol}/${family}`,
    family,
    frontends: [
      { kind: 'ClusterIP', address: clusterIp, port },
      ...(nodePort === undefined ? [] : [{ kind: 'NodePort' as const, address: null, port: nodePort }]),
    ],
    internalLocal: false,
    externalLocal: false,
    affinitySeconds: 0,
    maglev: false,
    dsr: false,
    ...rest,
  };
}

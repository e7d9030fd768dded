import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { ensureNative } from '../../../lab/setup/index.ts';
import { Cidr, type Family, Ip } from '../../ip/index.ts';
import {
  addAddress,
  addRoute,
  createBridge,
  createVeth,
  getLink,
  Netns,
  parseLink,
  RtSocket,
  setLink,
  setNeighbour,
  setSysctls,
} from '../../kernel/index.ts';
import {
  Datapath,
  type DatapathOptions,
  type Endpoint,
  GATEWAY,
  type Routing,
  remotesOf,
  type ShortCuts,
} from '../index.ts';
import { PeerProcess } from './peer-process.ts';

/** Two nodes and a machine outside on one bridge, in namespaces of their own. */
export const CLUSTER_CIDRS = [Cidr.parseExact('10.20.0.0/16'), Cidr.parseExact('fd00:20::/48')];
const LOOPBACK = 1;

/** A namespace with a name, a socket for its links and, once asked for, a process in it. */
export class Place implements AsyncDisposable {
  readonly name: string;
  readonly netns: Netns;
  readonly socket: RtSocket;
  readonly addresses: readonly Ip[];
  /** Directory of the cgroup that its process belongs to; this process's own otherwise. */
  cgroup: string | undefined;
  #peer: PeerProcess | undefined;

  constructor(name: string, addresses: readonly string[]) {
    this.name = name;
    this.netns = Netns.create();
    this.socket = RtSocket.open(this.netns);
    this.addresses = addresses.map((each) => Ip.parse(each));
    // Until duplicate address detection has cleared a link's own address (2 s), nothing forwarded can resolve a
    // neighbour there.
    setSysctls(this.netns, { 'ipv6/conf/default/accept_dad': 0 });
    this.socket.request(setLink(LOOPBACK, { up: true }));
  }

  address(family: Family): Ip {
    return this.addresses.find((each) => each.family === family)!;
  }

  async peer(): Promise<PeerProcess> {
    this.#peer ??= await PeerProcess.start(this.netns, this.name, this.cgroup);
    return this.#peer;
  }

  index(link: string): number {
    return parseLink(this.socket.request(getLink({ name: link }))[0]![0]!).index;
  }

  /** Runs a shell command inside. */
  sh(command: string): string {
    return this.netns.run(() => execFileSync('sh', ['-ec', command], { encoding: 'utf8' }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#peer?.[Symbol.asyncDispose]();
    this.socket[Symbol.dispose]();
    this.netns[Symbol.dispose]();
  }
}

/** A node with its datapath, which can be closed and opened again. */
export class TestNode extends Place {
  readonly podCidrs: readonly Cidr[];
  readonly #number: number;
  datapath!: Datapath;

  constructor(number: number, underlay: Family) {
    const addresses = [`172.30.0.${number}`, `fd00:30::${number}`];
    super(`node${number}`, underlay === 'ipv4' ? addresses : addresses.reverse());
    this.#number = number;
    this.podCidrs = [Cidr.parseExact(`10.20.${number}.0/24`), Cidr.parseExact(`fd00:20:0:${number}::/64`)];
  }

  open(
    options: Pick<DatapathOptions, 'routing' | 'bpffsDirectory' | 'objectPath'> & Partial<DatapathOptions>,
  ): void {
    this.datapath = Datapath.open({
      ...options,
      bpffsDirectory: path.join(options.bpffsDirectory, this.name),
      netns: this.netns,
      uplinkIndex: this.index('eth0'),
      nodeAddresses: this.addresses,
    });
    this.datapath.configure({ podCidrs: this.podCidrs, clusterCidrs: CLUSTER_CIDRS, masquerade: true });
  }

  /** A pod wired as the agent does it. */
  addPod(name: string, host: number): TestPod {
    const pod = new TestPod(name, this, host);
    const [hostMac, podMac] = [0x10, 0x20].map((side) => Buffer.from([2, 0, side, 0, this.#number, host]));
    const mtu = this.datapath.podMtu;
    this.socket.request(
      createVeth(
        { name: `lxc${host}`, mac: hostMac!, mtu, up: true },
        { name: 'eth0', mac: podMac!, mtu, netnsFd: pod.netns.fd },
      ),
    );
    const index = pod.index('eth0');
    const gateways = Object.values(GATEWAY).map((gateway) => gateway.bytes());
    pod.socket.request(
      setLink(index, { up: true }),
      ...pod.addresses.map((ip) => {
        const address = ip.bytes();
        return addAddress({ index, address, prefixLength: address.length * 8 });
      }),
      ...gateways.map((address) => setNeighbour({ index, address, mac: hostMac! })),
      ...gateways.map((gateway) =>
        addRoute({ family: gateway.length === 4 ? 4 : 6, gateway, index, onlink: true }),
      ),
    );
    pod.endpoints = pod.addresses.map((address) => ({
      address,
      ifindex: this.index(`lxc${host}`),
      podMac: podMac!,
      hostMac: hostMac!,
    }));
    this.socket.request(this.datapath.endpointHook(pod.endpoints[0]!.ifindex));
    for (const endpoint of pod.endpoints) this.datapath.upsertEndpoint(endpoint);
    return pod;
  }

  override async [Symbol.asyncDispose](): Promise<void> {
    this.datapath?.[Symbol.dispose]();
    await super[Symbol.asyncDispose]();
  }
}

export class TestPod extends Place {
  readonly node: TestNode;
  endpoints: readonly Endpoint[] = [];

  constructor(name: string, node: TestNode, host: number) {
    super(
      name,
      node.podCidrs.map((cidr) => cidr.address(host).toString()),
    );
    this.node = node;
  }
}

export interface TestNetwork extends AsyncDisposable {
  readonly fabric: Place;
  readonly outside: Place;
  readonly nodes: readonly [TestNode, TestNode];
  /** a and b on the first node, c on the second. */
  readonly pods: { readonly a: TestPod; readonly b: TestPod; readonly c: TestPod };
  readonly options: Pick<DatapathOptions, 'routing' | 'bpffsDirectory' | 'objectPath'>;
}

/**
 * @param directory an empty directory for the nodes' bpffs, in a mount namespace of the caller's own
 * @param underlay family of the nodes' first address, which an overlay runs over
 */
export async function makeTestNetwork(
  routing: Routing,
  directory: string,
  { underlay = 'ipv4', ...more }: { underlay?: Family; shortCuts?: ShortCuts } = {},
): Promise<TestNetwork> {
  const objectPath = await ensureNative('churnlab.bpf.o');
  const options = { routing, bpffsDirectory: directory, objectPath, ...more };
  await using stack = new AsyncDisposableStack();
  const fabric = stack.use(new Place('fabric', []));
  fabric.socket.request(createBridge({ name: 'fabric', up: true }));
  const plug = (place: Place): void => {
    const master = fabric.index('fabric');
    fabric.socket.request(
      createVeth({ name: place.name, master, up: true }, { name: 'eth0', netnsFd: place.netns.fd }),
    );
    const index = place.index('eth0');
    place.socket.request(
      setLink(index, { up: true }),
      ...place.addresses.map((ip) =>
        addAddress({ index, address: ip.bytes(), prefixLength: ip.family === 'ipv4' ? 24 : 64 }),
      ),
    );
  };
  const outside = stack.use(new Place('outside', ['172.30.0.254', 'fd00:30::254']));
  const nodes = [stack.use(new TestNode(1, underlay)), stack.use(new TestNode(2, underlay))] as const;
  for (const place of [outside, ...nodes]) plug(place);
  for (const node of nodes) node.open(options);
  connectNodes(nodes, routing);
  const pods = {
    a: stack.use(nodes[0].addPod('a', 10)),
    b: stack.use(nodes[0].addPod('b', 11)),
    c: stack.use(nodes[1].addPod('c', 10)),
  };
  const owned = stack.move();
  return {
    fabric,
    outside,
    nodes: [...nodes],
    pods,
    options,
    [Symbol.asyncDispose]: async () => {
      await owned.disposeAsync();
      for (const entry of fs.readdirSync(directory)) unmount(path.join(directory, entry));
    },
  };
}

export function connectNodes(nodes: readonly TestNode[], routing: Routing): void {
  for (const node of nodes) {
    for (const other of nodes) {
      if (other === node) continue;
      for (const { cidr, nexthop } of remotesOf(other, routing)) node.datapath.setRemote(cidr, nexthop);
    }
  }
}

function unmount(directory: string): void {
  execFileSync('umount', [directory]);
  fs.rmdirSync(directory);
}

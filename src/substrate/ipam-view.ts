import { Cidr, usableSize } from '../ip/index.ts';
import type { KubeEvent, Node, NodeNetwork } from '../kube/index.ts';
import { largestFreeBlock, type PieceRange } from './free-pieces.ts';
import type { IpamView, NodeCidrView, NodeIpamView, PoolView, WaitingNode } from './lab.ts';

/** One CIDR of a pool, as the API or the lab's configuration has it. */
export interface PoolCidr {
  readonly pool: string;
  readonly cidr: Cidr;
  readonly nodeMask: number;
}

/** The API objects that a view is made of. */
export interface IpamObjects {
  readonly mode: string;
  readonly pools: readonly PoolCidr[];
  readonly nodes: Iterable<Node>;
  readonly networks: Iterable<NodeNetwork>;
  /** Refusals of node CIDRs, by any allocator that says them in Events. */
  readonly events: Iterable<KubeEvent>;
}

/** Modes in which a node's CIDRs stand in its Node, as kube-controller-manager writes them. */
const NODE_MODES: ReadonlySet<string> = new Set(['range', 'multi-range', 'cloud', 'kcm']);

/** Pools, pieces, fill and who waits: a pure function of API objects. */
export function ipamView({ mode, pools, nodes, networks, events }: IpamObjects): IpamView {
  const networkOf = new Map([...networks].map((network) => [network.metadata.name!, network]));
  const all = [...nodes].map((node) => ({ node, network: networkOf.get(node.metadata.name!) }));
  const views = all.map(({ node, network }) => nodeView(node, network, pools)).sort(byNode);
  const refusalOf = new Map([...events].map((event) => [event.involvedObject.name ?? '', event]));
  const waiting = all.flatMap(({ node, network }) => {
    const found = NODE_MODES.has(mode) ? withoutCidr(node, refusalOf) : refusedByOperator(network);
    return found ?? [];
  });
  return {
    mode,
    pools: pools.map((pool) => poolView(pool, views)),
    nodes: views,
    waiting: waiting.sort((a, b) => (a.since ?? '~').localeCompare(b.since ?? '~') || byNode(a, b)),
  };
}

function nodeView(node: Node, network: NodeNetwork | undefined, pools: readonly PoolCidr[]): NodeIpamView {
  const texts = new Set([...podCidrsOf(node), ...(network?.spec.podCIDRs ?? [])]);
  const cidrs = [...texts].map((text): NodeCidrView => {
    const { cidr } = Cidr.parse(text);
    const pool = pools.find((each) => each.cidr.contains(cidr))?.pool ?? '';
    return { pool, cidr: text, ...fillOf(cidr, network, texts) };
  });
  return { node: node.metadata.name!, cidrs };
}

/** Both fields are kept alike by the API; a client of an older one may have set only the first. */
function podCidrsOf({ spec }: Node): readonly string[] {
  return spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []);
}

/** What the agent says about a CIDR; a node without an agent has room, and nothing in it. */
function fillOf(
  cidr: Cidr,
  network: NodeNetwork | undefined,
  siblings: ReadonlySet<string>,
): Pick<NodeCidrView, 'capacity' | 'used' | 'cooling'> {
  const family = network?.status?.ipam?.families.find((each) => each.family === cidr.family);
  const alone = [...siblings].filter((text) => text.includes(':') === (cidr.family === 'ipv6')).length === 1;
  if (!family || !alone) return { capacity: Number(usableSize(cidr)), used: 0, cooling: 0 };
  return { capacity: family.capacity, used: family.used, cooling: family.cooling };
}

function poolView({ pool, cidr, nodeMask }: PoolCidr, nodes: readonly NodeIpamView[]): PoolView {
  const inside = nodes
    .flatMap(({ cidrs }) => cidrs)
    .filter((each) => each.pool === pool)
    .map((each) => ({ ...each, parsed: Cidr.parse(each.cidr).cidr }))
    .filter(({ parsed }) => cidr.contains(parsed));
  const taken = inside.map(({ parsed }) => pieceRange(cidr, nodeMask, parsed));
  const total = Number(cidr.subnetCount(nodeMask));
  const sum = (field: 'capacity' | 'used' | 'cooling') => inside.reduce((n, each) => n + each[field], 0);
  return {
    pool,
    family: cidr.family,
    cidr: cidr.toString(),
    nodeMask,
    pieces: { total, used: countPieces(taken), largestFreeRun: largestFreeBlock(total, taken) },
    addresses: {
      capacity: total * Number(usableSize(cidr.subnet(nodeMask, 0))),
      reserved: sum('capacity'),
      used: sum('used'),
      cooling: sum('cooling'),
    },
  };
}

/** The pieces of a pool's CIDR that a node's CIDR lies on: one, or several where the node's is the larger. */
export function pieceRange(pool: Cidr, nodeMask: number, cidr: Cidr): PieceRange {
  const first = Number(pool.subnetIndex(cidr.prefix > nodeMask ? Cidr.around(cidr.network, nodeMask) : cidr));
  const length = cidr.prefix >= nodeMask ? 1 : 2 ** (nodeMask - cidr.prefix);
  return { from: first * length, to: first * length + length };
}

function countPieces(taken: readonly PieceRange[]): number {
  return taken.reduce((sum, { from, to }) => sum + to - from, 0);
}

function refusedByOperator(network: NodeNetwork | undefined): WaitingNode | undefined {
  const { error, since } = network?.status?.operator ?? {};
  return error ? { node: network!.metadata.name!, since: since ?? null, reason: error } : undefined;
}

function withoutCidr(node: Node, refusals: ReadonlyMap<string, KubeEvent>): WaitingNode | undefined {
  if (podCidrsOf(node).length > 0) return undefined;
  const name = node.metadata.name!;
  const since = node.metadata.creationTimestamp ?? null;
  return { node: name, since, reason: refusals.get(name)?.message ?? 'has no podCIDR yet' };
}

function byNode(a: { readonly node: string }, b: { readonly node: string }): number {
  return a.node.localeCompare(b.node, 'en', { numeric: true });
}

import { Cidr, type Family, Ip, usableSize } from '../ip/index.ts';
import type { KubeEvent, Node, NodeNetwork, Pod } from '../kube/index.ts';
import { freeRanges, largestAlignedBlock, type PieceRange } from './free-pieces.ts';
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
  /** Counted where no agent tells how full its node is. */
  readonly pods?: Iterable<Pod>;
}

/** Modes in which a node's CIDRs stand in its Node, as kube-controller-manager writes them. */
const NODE_MODES: ReadonlySet<string> = new Set(['range', 'multi-range', 'cloud', 'kcm']);

/** Whether a mode writes a node's CIDRs into its Node. */
export function writtenInNode(mode: string): boolean {
  return NODE_MODES.has(mode);
}

/** A node's CIDR and the CIDR of the pool that it was cut from. */
interface Placed {
  readonly view: NodeCidrView;
  readonly cidr: Cidr;
  readonly from: PoolCidr | undefined;
}

/** Pools, pieces, fill and who waits: a pure function of API objects. */
export function ipamView({ mode, pools, nodes, networks, events, pods }: IpamObjects): IpamView {
  const networkOf = new Map([...networks].map((network) => [network.metadata.name!, network]));
  const podsOf = Map.groupBy(pods ?? [], ({ spec }) => spec.nodeName ?? '');
  const views: NodeIpamView[] = [];
  const placed = new Map<PoolCidr, Placed[]>(pools.map((pool) => [pool, []]));
  const refusalOf = new Map([...events].map((event) => [event.involvedObject.name ?? '', event]));
  const waiting: WaitingNode[] = [];
  for (const node of nodes) {
    const name = node.metadata.name!;
    const network = networkOf.get(name);
    const cidrs = cidrsOf(node, network, pools, podsOf.get(name));
    for (const each of cidrs) if (each.from) placed.get(each.from)!.push(each);
    views.push({ node: name, cidrs: cidrs.map(({ view }) => view) });
    const waits = writtenInNode(mode) ? withoutCidr(node, refusalOf.get(name)) : refused(network, cidrs);
    waiting.push(...waits.map((each) => ({ node: name, ...each })));
  }
  return {
    mode,
    pools: pools.map((pool) => poolView(pool, placed.get(pool)!)),
    nodes: views.sort(byNode),
    waiting: waiting.sort((a, b) => (a.since ?? '~').localeCompare(b.since ?? '~') || byNode(a, b)),
  };
}

function cidrsOf(
  node: Node,
  network: NodeNetwork | undefined,
  pools: readonly PoolCidr[],
  pods: readonly Pod[] | undefined,
): Placed[] {
  const { podCIDRs = [], pools: shares } = network?.spec ?? {};
  // With pools the operator writes a new CIDR into `allocated` first; the agent takes it over.
  const allocated = (shares?.allocated ?? []).flatMap(({ cidrs }) => cidrs);
  const texts = [...new Set([...podCidrsOf(node), ...podCIDRs, ...allocated])];
  const parsed = texts.map((text) => Cidr.parse(text).cidr);
  return parsed.map((cidr, i) => {
    const from = pools.find((pool) => pool.cidr.contains(cidr));
    const fill = reportedFill(texts[i]!, network) ?? {
      capacity: Number(usableSize(cidr)),
      used: podsIn(cidr, pods ?? []),
      cooling: 0,
    };
    return { cidr, from, view: { pool: from?.pool ?? '', cidr: texts[i]!, ...fill } };
  });
}

/** Both fields are kept alike by the API; a client of an older one may have set only the first. */
function podCidrsOf({ spec }: Node): readonly string[] {
  return spec?.podCIDRs ?? (spec?.podCIDR ? [spec.podCIDR] : []);
}

type Fill = Pick<NodeCidrView, 'capacity' | 'used' | 'cooling'>;

/** What the agent says of a CIDR; undefined where there is no agent, or it does not know. */
function reportedFill(text: string, network: NodeNetwork | undefined): Fill | undefined {
  const found = network?.status?.ipam?.cidrs?.find(({ cidr }) => cidr === text);
  return found && { capacity: found.capacity, used: found.used, cooling: found.cooling };
}

function podsIn(cidr: Cidr, pods: readonly Pod[]): number {
  const ips = pods.flatMap(({ status }) => status?.podIPs ?? []);
  return ips.filter(({ ip }) => cidr.contains(Ip.parse(ip))).length;
}

function poolView({ pool, cidr, nodeMask }: PoolCidr, placed: readonly Placed[]): PoolView {
  const total = Number(cidr.subnetCount(nodeMask));
  const free = freeRanges(
    total,
    placed.map((each) => pieceRange(cidr, nodeMask, each.cidr)),
  );
  const sum = (field: keyof Fill) => placed.reduce((n, { view }) => n + view[field], 0);
  return {
    pool,
    family: cidr.family,
    cidr: cidr.toString(),
    nodeMask,
    pieces: {
      total,
      used: free.reduce((left, { from, to }) => left - (to - from), total),
      largestFreeRun: Math.max(0, ...free.map(largestAlignedBlock)),
    },
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
  if (cidr.prefix > nodeMask) {
    const piece = Number(pool.subnetIndex(Cidr.around(cidr.network, nodeMask)));
    return { from: piece, to: piece + 1 };
  }
  const pieces = 2 ** (nodeMask - cidr.prefix);
  const from = Number(pool.subnetIndex(cidr)) * pieces;
  return { from, to: from + pieces };
}

type Waits = Omit<WaitingNode, 'node'>;

/** What the operator says; with several pools, once for each of which the node has less than it asked for. */
function refused(network: NodeNetwork | undefined, cidrs: readonly Placed[]): Waits[] {
  const { error, since } = network?.status?.operator ?? {};
  if (!error) return [];
  const waits = { since: since ?? null, reason: error };
  const short = (network?.spec.pools?.requested ?? []).filter(({ pool, needed }) =>
    (['ipv4', 'ipv6'] as const).some((family) => (needed[family] ?? 0) > roomIn(cidrs, pool, family)),
  );
  return short.length > 0 ? short.map(({ pool }) => ({ ...waits, pool })) : [waits];
}

function roomIn(cidrs: readonly Placed[], pool: string, family: Family): number {
  const own = cidrs.filter(({ cidr, view }) => view.pool === pool && cidr.family === family);
  return own.reduce((sum, { view }) => sum + view.capacity, 0);
}

function withoutCidr(node: Node, refusal: KubeEvent | undefined): Waits[] {
  if (podCidrsOf(node).length > 0) return [];
  const reason = refusal?.message ?? 'has no podCIDR yet';
  return [{ since: node.metadata.creationTimestamp ?? null, reason }];
}

function byNode(a: { readonly node: string }, b: { readonly node: string }): number {
  return a.node.localeCompare(b.node, 'en', { numeric: true });
}

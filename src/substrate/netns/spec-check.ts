import { Cidr } from '../../ip/index.ts';
import { type LabSpec, RESERVED } from '../../scenario/index.ts';
import { LabError } from '../lab-error.ts';
import { kubeProxyMode } from './kube-proxy/index.ts';

/** Ports of a bridge: BR_MAX_PORTS in net/bridge/br_private.h, less the one of `outside`. */
const MAX_NODES = 1022;

const RUNNABLE_NETWORKS: readonly string[] = ['churnlab', 'bridge', 'ptp'];

/**
 * Refuses what this substrate cannot do, before anything is made.
 * @throws LabError bad-spec
 */
export function checkSpec(spec: LabSpec): void {
  const problems = [...limits(spec), ...overlaps(spec)];
  if (problems.length > 0) throw new LabError('bad-spec', problems.join('\n'));
}

function* limits(spec: LabSpec): Generator<string> {
  if (spec.nodes > MAX_NODES) {
    yield `Expected at most ${MAX_NODES} nodes on netns (ports of the fabric's bridge), got ${spec.nodes}`;
  }
  if (!RUNNABLE_NETWORKS.includes(spec.network)) {
    yield `Expected network ${RUNNABLE_NETWORKS.join(', ')} on netns, got ${spec.network}`;
  }
  if (spec.network !== 'churnlab' && spec.routing !== 'direct') {
    yield `Expected routing direct with network ${spec.network}, got ${spec.routing}`;
  }
  if (spec.services === 'ebpf' && spec.network !== 'churnlab') {
    yield `Expected network churnlab with services ebpf, got ${spec.network}`;
  }
  if (!['none', 'ebpf'].includes(spec.services) && kubeProxyMode(spec.services) === undefined) {
    yield `Expected services none, ebpf or one of kube-proxy's modes on netns, got ${spec.services}`;
  }
}

function* overlaps({ ipam, serviceCidrs }: LabSpec): Generator<string> {
  const services = serviceCidrs.map((cidr) => ({ cidr, owner: 'Services' }));
  for (const text of ipam.pools.flatMap((pool) => pool.cidrs)) {
    const { cidr } = Cidr.parse(text);
    for (const { cidr: other, owner } of [...RESERVED, ...services]) {
      if (cidr.overlaps(Cidr.parse(other).cidr))
        yield `Expected pools clear of ${other} (${owner}), got ${text}`;
    }
  }
}

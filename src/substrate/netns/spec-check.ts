import { Cidr } from '../../ip/index.ts';
import { misfits, networkOf } from '../../networks/index.ts';
import { type LabSpec, RESERVED } from '../../scenario/index.ts';
import { LabError } from '../lab-error.ts';
import { kubeProxyMode } from './kube-proxy/index.ts';

/** Ports of a bridge: BR_MAX_PORTS in net/bridge/br_private.h, less the one of `outside`. */
const MAX_NODES = 1022;

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
  const network = networkOf(spec);
  if (network.netns === undefined) {
    yield `Expected a network of netns, got ${spec.network}: ${network.absent?.netns ?? 'it has no way onto it'}`;
  }
  for (const { path, message } of misfits(network, spec, 'netns')) yield `${path.join('.')}: ${message}`;
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

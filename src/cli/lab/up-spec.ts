import { type LabSpec, labSpec } from '../../scenario/index.ts';

/** What `lab up` is told about the lab. */
export interface UpSpec {
  readonly nodes: number;
  readonly network: LabSpec['network'];
  readonly routing: LabSpec['routing'];
  readonly services: LabSpec['services'];
  readonly ipam: LabSpec['ipam']['mode'];
  /** Another word for mode `kcm`. */
  readonly nodeIpam?: 'kcm' | undefined;
  readonly pool?: readonly string[] | undefined;
  readonly nodeMask: number;
  readonly nodeMask6: number;
  readonly cooldown: string;
}

/** The lab of `lab up` without options: the one that scenarios/smoke.yaml asks for. */
export const DEFAULTS = {
  nodes: 4,
  network: 'churnlab',
  routing: 'direct',
  services: 'none',
  ipam: 'cluster-pool',
  pool: ['10.20.0.0/16'],
  nodeMask: 22,
  nodeMask6: 112,
  cooldown: '5s',
} as const satisfies UpSpec;

/**
 * The lab that these options describe: CIDRs of both families in one list become a pool each.
 * @throws LabSpecError
 */
export function upSpec(options: UpSpec): LabSpec {
  const { nodes, network, routing, services, pool = DEFAULTS.pool, nodeMask, nodeMask6, cooldown } = options;
  const mode = options.nodeIpam ?? options.ipam;
  const [six, four] = [pool.filter((cidr) => cidr.includes(':')), pool.filter((cidr) => !cidr.includes(':'))];
  const pools = [
    ...(four.length > 0 ? [{ cidrs: four, nodeMask }] : []),
    ...(six.length > 0 ? [{ cidrs: six, nodeMask: nodeMask6 }] : []),
  ];
  return labSpec({ nodes, network, routing, services, ipam: { mode, pools, cooldown } });
}

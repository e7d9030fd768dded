import { InvalidArgumentError } from '@commander-js/extra-typings';
import colors from 'picocolors';
import { IpamError } from '../ipam/index.ts';
import {
  capacityToJson,
  type Growth,
  type LabSpec,
  LabSpecError,
  parseGrowth,
  planLabCapacity,
  renderCapacity,
  type ScenarioDocument,
} from '../scenario/index.ts';
import { DEFAULTS, upSpec } from './lab/up-spec.ts';

/** What `plan --capacity` is told besides a file. */
export interface CapacityFlags {
  readonly cidr?: readonly string[] | undefined;
  readonly nodeMask?: number | undefined;
  readonly nodeMask6?: number | undefined;
  readonly ipam?: LabSpec['ipam']['mode'] | undefined;
  readonly nodes?: number | undefined;
  readonly podsPerNode: number;
  readonly growth?: Growth | undefined;
  readonly json?: true | undefined;
}

/** What a kubelet takes unless it is told otherwise (maxPods, KubeletConfiguration). */
export const PODS_PER_NODE = 110;

/** Reads `--growth`. @throws InvalidArgumentError */
export function growthArgument(text: string): Growth {
  const growth = parseGrowth(text);
  if (growth === undefined) {
    throw new InvalidArgumentError(
      'Expected nodes or percent a day, week, month or year: 20/d, 5/w, 10%/mo, 30%/y.',
    );
  }
  return growth;
}

/**
 * The answer of `plan --capacity` for a lab, as text or JSON.
 * @throws LabSpecError when the allocator's own rules forbid the pools
 */
export function capacityText(lab: LabSpec, flags: CapacityFlags, now = new Date()): string {
  const { podsPerNode, growth, nodes = lab.nodes } = flags;
  try {
    const answer = planLabCapacity({ lab, nodes, podsPerNode, growth, now });
    return flags.json ? capacityToJson(answer) : renderCapacity(answer, colors);
  } catch (error) {
    if (!(error instanceof IpamError)) throw error;
    throw new LabSpecError([`${lab.ipam.mode} refuses these pools: ${error.message}`]);
  }
}

/** The lab that the flags describe. @throws LabSpecError */
export function labOfFlags({ cidr, nodeMask, nodeMask6, ipam }: CapacityFlags): LabSpec {
  if (cidr === undefined) {
    throw new LabSpecError([
      'Expected a scenario file, or CIDRs: churnlab plan --capacity --cidr 10.0.0.0/8 --node-mask 24',
    ]);
  }
  return upSpec({
    ...DEFAULTS,
    // What the lab's own default would be is of no use here: the question is about this mask.
    nodeMask: nodeMask ?? 24,
    nodeMask6: nodeMask6 ?? 64,
    ipam: ipam ?? DEFAULTS.ipam,
    nodes: 1,
    pool: cidr,
  });
}

/** The lab of a scenario, in the first combination of its matrix. @throws LabSpecError, ScenarioError */
export function labOfScenario(
  document: ScenarioDocument,
  { cidr, nodeMask, nodeMask6, ipam }: CapacityFlags,
): LabSpec {
  if (cidr !== undefined || nodeMask !== undefined || nodeMask6 !== undefined) {
    throw new LabSpecError([`Expected either ${document.file} or --cidr with its masks, got both`]);
  }
  const { lab } = document.on(document.substrate, document.cells(document.substrate)[0]).spec;
  return ipam === undefined ? lab : { ...lab, ipam: { ...lab.ipam, mode: ipam } };
}

import { hasNamedPools, roomOf } from '../capacity.ts';
import { type Forecast, forecast, type Peak, type PhaseForecast } from '../load/index.ts';
import { cellName } from '../matrix.ts';
import type { Nanoseconds } from '../schema/quantities.ts';
import type { Level, Scenario, Substrate } from '../spec.ts';
import { type Cost, costOf } from './cost.ts';
import { type ComparisonPlan, comparisonPlan } from './detection.ts';
import { warningsOf } from './warnings.ts';

/** What a scenario comes to, before anything is brought up. Durations in ns, memory in bytes. */
export interface Plan {
  readonly scenario: string;
  readonly substrate: Substrate;
  /** The combination of the matrix, in words; empty when there is none. */
  readonly cell: string;
  readonly level: Level;
  readonly nodes: number;
  readonly network: string;
  readonly seed: number;
  readonly phases: readonly PhaseForecast[];
  readonly pods: number;
  /** Hollow nodes and Services at most at a time. */
  readonly hollowNodes: number;
  readonly services: number;
  readonly alive: Peak;
  readonly alivePerNode: number;
  readonly addresses: readonly AddressPlan[];
  /** First arrival to last. */
  readonly span: Nanoseconds;
  /** Everything, from bringing the lab up to having it down. */
  readonly duration: Nanoseconds;
  readonly cost: Cost;
  /** What comparing it with a baseline can find; absent without gates that do. */
  readonly comparison?: ComparisonPlan;
  /** False when a closed loop makes times and addresses estimates. */
  readonly exact: boolean;
  /** What overrides and matrix changed. */
  readonly changed: readonly string[];
  readonly warnings: readonly string[];
}

/** Addresses of one pool and family: what is needed at the fullest moment, and what is there. */
interface AddressPlan {
  readonly family: 'ipv4' | 'ipv6';
  /** Where pools have names. */
  readonly pool?: string;
  readonly nodeMask: number;
  /** Pieces of the pool; `needed` where each node takes one. */
  readonly nodeCidrs: Supply;
  /** Absent where a node has what its pods need. */
  readonly perNode?: Supply;
  readonly total: Supply;
}

export interface Supply {
  /** Absent where nothing is needed, or where it depends on which pods come to which node. */
  readonly needed?: number;
  /** More than fits a number exactly is rounded. */
  readonly there: number;
}

/** Whether more is needed than there is, as far as that is known. */
export function isShort({ needed = 0, there }: Supply): boolean {
  return needed > there;
}

/** The machine a plan is made for. */
interface Machine {
  readonly cores?: number;
}

/** Works out what a scenario will do and take. Pure: the same scenario gives the same plan. */
export function plan(scenario: Scenario, { cores = 2 }: Machine = {}): Plan {
  const { spec, substrate } = scenario;
  const expected = forecast(spec);
  const cost = costOf(spec, substrate, expected, cores);
  const duration = cost.lab + expected.span + cost.drain;
  const comparison = comparisonPlan(spec.gates, duration);
  return {
    scenario: scenario.name,
    substrate,
    cell: cellName(scenario.cell),
    level: spec.level,
    nodes: spec.lab.nodes,
    network: spec.lab.network,
    seed: spec.seed,
    phases: expected.phases,
    pods: expected.pods,
    alive: expected.alive,
    alivePerNode: expected.alivePerNode,
    hollowNodes: expected.hollowNodes,
    services: expected.services,
    addresses: addressesOf(spec, expected),
    span: expected.span,
    duration,
    cost,
    ...(comparison && { comparison }),
    exact: expected.exact,
    changed: scenario.changed,
    warnings: warningsOf(scenario, expected),
  };
}

function addressesOf({ lab }: Scenario['spec'], expected: Forecast): AddressPlan[] {
  const named = hasNamedPools(lab.ipam.mode);
  const nodes = lab.nodes + expected.hollowNodes;
  const pods = expected.pods > 0;
  return roomOf(lab).map((room) => {
    const [nodeCidrs, perNode] = [Number(room.nodeCidrs), Number(room.perNode)];
    const common = { family: room.family, nodeMask: room.nodeMask };
    if (named) {
      const total = { there: nodeCidrs * perNode };
      return { ...common, pool: room.pool, nodeCidrs: { there: nodeCidrs }, total };
    }
    return {
      ...common,
      nodeCidrs: { needed: nodes, there: nodeCidrs },
      perNode: { ...(pods && { needed: expected.addressesPerNode }), there: perNode },
      total: {
        ...(pods && { needed: expected.addresses }),
        there: perNode * Math.min(lab.nodes, nodeCidrs),
      },
    };
  });
}

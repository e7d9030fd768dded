import { roomOf } from '../check/index.ts';
import { forecast, type Peak, type PhaseForecast } from '../load/index.ts';
import { cellName } from '../matrix.ts';
import type { Nanoseconds } from '../schema/quantities.ts';
import type { Level, Scenario, Substrate } from '../spec.ts';
import { type Cost, costOf } from './cost.ts';
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
  readonly alive: Peak;
  readonly alivePerNode: number;
  readonly addresses: readonly AddressPlan[];
  /** First arrival to last. */
  readonly span: Nanoseconds;
  /** Everything, from bringing the lab up to having it down. */
  readonly duration: Nanoseconds;
  readonly cost: Cost;
  /** False when a closed loop makes times and addresses estimates. */
  readonly exact: boolean;
  /** What overrides and matrix changed. */
  readonly changed: readonly string[];
  readonly warnings: readonly string[];
}

/** Addresses of one family: what is needed at the fullest moment, and what is there. */
interface AddressPlan {
  readonly family: 'ipv4' | 'ipv6';
  readonly nodeMask: number;
  readonly nodeCidrs: Supply;
  readonly perNode: Supply;
  readonly total: Supply;
}

export interface Supply {
  readonly needed: number;
  /** More than fits a number exactly is rounded. */
  readonly there: number;
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
    addresses: roomOf(spec.lab).map(({ family, nodeMask, nodeCidrs, perNode }) => ({
      family,
      nodeMask,
      nodeCidrs: { needed: spec.lab.nodes, there: Number(nodeCidrs) },
      perNode: { needed: expected.addressesPerNode, there: Number(perNode) },
      total: {
        needed: expected.addresses,
        there: Number(perNode) * Math.min(spec.lab.nodes, Number(nodeCidrs)),
      },
    })),
    span: expected.span,
    duration: cost.lab + expected.span + cost.drain,
    cost,
    exact: expected.exact,
    changed: scenario.changed,
    warnings: warningsOf(scenario, expected),
  };
}

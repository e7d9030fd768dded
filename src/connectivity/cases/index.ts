import type { Case } from '../case.ts';
import { clusterIpCases } from './cluster-ip.ts';
import { directCases } from './direct.ts';
import { nodePortCases } from './node-port.ts';
import { specialCases } from './special.ts';
import { trafficPolicyCases } from './traffic-policy.ts';

export { BOTH, SAME } from './parts.ts';

/** The truth table's rows, in its order. */
export const CASES: readonly Case[] = [
  ...directCases(),
  ...clusterIpCases(),
  ...nodePortCases(),
  ...specialCases(),
  ...trafficPolicyCases(),
];

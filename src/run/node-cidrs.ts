import type { NodeCidrInvariants } from '../measure/index.ts';
import type { NodeCidrListener } from './node-cidr-watch.ts';
import type { Population } from './population.ts';

/** What is told of nodes' CIDRs: checked for all nodes, and passed on for those that the run made. */
export function nodeCidrListener(invariants: NodeCidrInvariants, population: Population): NodeCidrListener {
  const isOurs = (node: string): boolean => population.subjects.kindOf(node) === 'node';
  return {
    holds(node, cidrs, version, at) {
      invariants.holds(node, cidrs, version, at);
      if (cidrs.length > 0 && isOurs(node)) population.ready(node, at, cidrs);
    },
    gone(node, version, at) {
      invariants.gone(node, version);
      if (isOurs(node)) population.gone(node, at);
    },
    refused(node, refusal) {
      if (isOurs(node)) population.refused(node, refusal);
    },
  };
}

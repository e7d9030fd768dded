import { Cidr } from '../../ip/index.ts';
import { RESERVED } from '../reserved.ts';
import type { Problem } from '../source/source.ts';
import type { Scenario, ScenarioSpec, Substrate } from '../spec.ts';

/** Where this version can bring up a lab. */
const SUBSTRATES: readonly Substrate[] = ['netns'];
const NETWORKS: readonly ScenarioSpec['lab']['network'][] = ['churnlab', 'bridge', 'ptp'];
const SERVICES: readonly ScenarioSpec['lab']['services'][] = [
  'none',
  'iptables-legacy',
  'iptables-nft',
  'nftables',
  'ipvs',
];
/** Processes that a lab survives. */
const FAULT_TARGETS: readonly ScenarioSpec['faults'][number]['target'][] = ['agent', 'runtime', 'operator'];

/**
 * What a scenario asks for that this version cannot run yet: good files, refused before anything is
 * brought up. Paths are those of the merged scenario. Empty when it can be run.
 */
export function notYet({ substrate, spec }: Pick<Scenario, 'substrate' | 'spec'>): Problem[] {
  const problems: Problem[] = [];
  const refuse = (path: Problem['path'], message: string): void => {
    problems.push({ path: ['spec', ...path], code: 'not-yet', message });
  };
  const only = (values: readonly string[]): string => values.map((value) => `\`${value}\``).join(', ');
  if (!SUBSTRATES.includes(substrate)) {
    refuse([], `this version runs scenarios on ${only(SUBSTRATES)}, not yet on \`${substrate}\``);
  }
  if (!NETWORKS.includes(spec.lab.network)) {
    refuse(['lab', 'network'], `this version brings up ${only(NETWORKS)}, not yet \`${spec.lab.network}\``);
  }
  if (spec.lab.network !== 'churnlab' && spec.lab.routing !== 'direct') {
    const message = `network \`${spec.lab.network}\` is routed \`direct\`, not \`${spec.lab.routing}\``;
    refuse(['lab', 'routing'], message);
  }
  if (!SERVICES.includes(spec.lab.services)) {
    const message = `this version has ${only(SERVICES)}, not yet \`${spec.lab.services}\``;
    refuse(['lab', 'services'], message);
  }
  spec.faults.forEach(({ action, target }, index) => {
    if (FAULT_TARGETS.includes(target)) return;
    const message = `this version can hit ${only(FAULT_TARGETS)}, not yet \`${target}\``;
    refuse(['faults', index, action], message);
  });
  return substrate === 'netns' ? [...problems, ...inReserved(spec)] : problems;
}

/** Pools that run into what the lab itself needs. */
function inReserved({ lab }: ScenarioSpec): Problem[] {
  return lab.ipam.pools.flatMap(({ cidrs }, pool) =>
    cidrs.flatMap((text, index) =>
      RESERVED.filter(({ cidr }) => Cidr.parse(text).cidr.overlaps(Cidr.parseExact(cidr))).map(
        ({ cidr, owner }): Problem => ({
          path: ['spec', 'lab', 'ipam', 'pools', pool, 'cidrs', index],
          code: 'overlapping-cidrs',
          message: `expected pools clear of \`${cidr}\` (${owner} on netns), got \`${text}\``,
        }),
      ),
    ),
  );
}

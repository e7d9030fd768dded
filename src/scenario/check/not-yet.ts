import { Cidr } from '../../ip/index.ts';
import { RESERVED } from '../reserved.ts';
import { KUBE_PROXY_SERVICES } from '../schema/lab.ts';
import { formatCount } from '../schema/quantities.ts';
import type { Problem } from '../source/source.ts';
import type { Scenario, ScenarioSpec, Substrate } from '../spec.ts';
import { notSimulated } from './not-simulated.ts';

const SERVICES: readonly ScenarioSpec['lab']['services'][] = ['none', 'ebpf', ...KUBE_PROXY_SERVICES];
/** Nodes, hollow ones among them, where each is more than a number. */
const MAX_NODES = 5000;
/** Processes that a lab survives. */
const FAULT_TARGETS: readonly ScenarioSpec['faults'][number]['target'][] = [
  'agent',
  'runtime',
  'kube-proxy',
  'operator',
];

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
  if (substrate === 'sim') return notSimulated(spec);
  const isKnown = SERVICES.includes(spec.lab.services) || hasOwnServices(spec.lab);
  if (!isKnown && substrate !== 'kubeconfig') {
    const message = `this version has ${only(SERVICES)}, not yet \`${spec.lab.services}\``;
    refuse(['lab', 'services'], message);
  }
  if (spec.lab.testing && (isCluster(substrate) || spec.lab.network !== 'churnlab')) {
    refuse(['lab', 'testing'], 'only the agent of network `churnlab` on `netns` and `vm` can be slowed down');
  }
  if (isCluster(substrate) && spec.level === 'cni') {
    refuse(
      ['level'],
      `on \`${substrate}\` it is the kubelet that has plugins called: expected level \`pod\``,
    );
  }
  problems.push(...tooManyNodes(spec));
  spec.phases.forEach((phase, index) => {
    if (phase.kind !== 'churn') return;
    if (phase.subject === 'node' && substrate === 'kubeconfig') {
      const message = 'nodes without a kubelet are not put into a cluster that was there before';
      refuse(['phases', index, 'nodes'], message);
    }
    if ('fill' in phase && substrate === 'kubeconfig') {
      refuse(
        ['phases', index, 'fill'],
        'how many addresses a cluster has is known when it is looked at: expected `pods`',
      );
    }
    if (phase.subject === 'node' && spec.lab.ipam.mode === 'multi-pool') {
      const message = 'a hollow node has no pods, for whose sake alone mode `multi-pool` gives CIDRs';
      refuse(['phases', index, 'nodes'], message);
    }
  });
  if (spec.changes.length > 0 && substrate === 'kubeconfig') {
    refuse(['changes'], 'pools of a cluster that was there before are not changed');
  }
  spec.faults.forEach(({ action, target }, index) => {
    if (FAULT_TARGETS.includes(target)) return;
    const message = `this version can hit ${only(FAULT_TARGETS)}, not yet \`${target}\``;
    refuse(['faults', index, action], message);
  });
  return substrate === 'netns' || substrate === 'vm' ? [...problems, ...inReserved(spec)] : problems;
}

/** Where kubelets make the calls. */
function isCluster(substrate: Substrate): boolean {
  return substrate === 'kind' || substrate === 'kubeconfig';
}

/** Only a network that is installed as its makers say can have Services of its own. */
function hasOwnServices({ services, network }: ScenarioSpec['lab']): boolean {
  return services === 'network' && /^(helm|manifest|existing):/.test(network);
}

function tooManyNodes({ lab, phases }: ScenarioSpec): Problem[] {
  const problems: Problem[] = [];
  let nodes = 0;
  const count = (more: number, path: Problem['path']): void => {
    if (nodes <= MAX_NODES && nodes + more > MAX_NODES) {
      const message = `expected at most ${formatCount(MAX_NODES)} nodes outside substrate \`sim\`, got ${formatCount(nodes + more)}`;
      problems.push({ path: ['spec', ...path], code: 'wrong-value', message });
    }
    nodes += more;
  };
  count(lab.nodes, ['lab', 'nodes']);
  phases.forEach((phase, index) => {
    if (phase.kind === 'churn' && phase.subject === 'node') count(phase.count, ['phases', index, 'nodes']);
  });
  return problems;
}

/** CIDRs of pools and Services that run into what the lab itself needs, or into one another. */
function inReserved({ lab, changes }: ScenarioSpec): Problem[] {
  const services = lab.serviceCidrs.map((cidr) => ({ cidr, owner: 'Services' }));
  const clear = (path: Problem['path'], text: string, of: typeof RESERVED): Problem[] =>
    of
      .filter(({ cidr }) => Cidr.parse(text).cidr.overlaps(Cidr.parse(cidr).cidr))
      .map(({ cidr, owner }) => ({
        path: ['spec', ...path],
        code: 'overlapping-cidrs',
        message: `expected CIDRs clear of \`${cidr}\` (${owner} on netns), got \`${text}\``,
      }));
  const pools = [
    ...lab.ipam.pools.map(({ cidrs }, index) => ({ cidrs, path: ['lab', 'ipam', 'pools', index] })),
    ...changes.flatMap((change, index) =>
      'cidrs' in change ? [{ cidrs: change.cidrs, path: ['changes', index] }] : [],
    ),
  ];
  return [
    ...pools.flatMap(({ cidrs, path }) =>
      cidrs.flatMap((text, index) => clear([...path, 'cidrs', index], text, [...RESERVED, ...services])),
    ),
    ...lab.serviceCidrs.flatMap((text, index) => clear(['lab', 'serviceCidrs', index], text, RESERVED)),
  ];
}

import { DEFAULT_POOL } from '../../ipam/index.ts';
import { hasNamedPools } from '../capacity.ts';
import { FIELDS_OF_ONE_MODE } from '../schema/ipam.ts';
import { isNetworkName } from '../schema/lab.ts';
import type { Path, Problem } from '../source/source.ts';
import type { IpamMode } from '../spec.ts';
import { knownPools } from './pools.ts';
import type { View } from './view.ts';

/** Modes in which kube-controller-manager's rule holds: one cluster CIDR a family. */
const ONE_CIDR: readonly IpamMode[] = ['range', 'kcm'];

/** The fields of `lab.ipam` that go with its mode, or with one of the modes that a matrix runs. */
export function checkIpam(view: View): Problem[] {
  const { lab, modes, ipamFields } = view;
  const path: Path = ['spec', 'lab', 'ipam'];
  const problems: Problem[] = [];
  for (const [field, mode] of Object.entries(FIELDS_OF_ONE_MODE)) {
    if (!ipamFields.includes(field) || modes.includes(mode)) continue;
    const message = `expected \`${field}\` with mode \`${mode}\` only, got mode ${inWords(modes)}`;
    problems.push({ path: [...path, field], at: 'key', code: 'wrong-mode', message });
  }
  problems.push(...checkPools(view));
  if (lab === undefined) return problems;
  const { network, ipam } = lab.value;
  const needsOurs = (field: string, value: string): void => {
    if (network === 'churnlab') return;
    const message = `expected network \`churnlab\` with ${field} \`${value}\`, got \`${network}\`, whose IPAM is ${isNetworkName(network) ? 'the host-local plugin' : 'its own'}`;
    problems.push({ path: [...path, field], code: 'wrong-mode', message });
  };
  if (ipam.store !== 'log') needsOurs('store', ipam.store);
  if (ipam.mode === 'multi-pool') {
    needsOurs('mode', ipam.mode);
    if (ipam.store === 'host-local') {
      const message =
        'expected store `log` in mode `multi-pool`: host-local keeps the addresses of one pool, got `host-local`';
      problems.push({ path: [...path, 'store'], code: 'wrong-mode', message });
    }
  }
  return problems;
}

function checkPools({ pools, modes }: View): Problem[] {
  const problems: Problem[] = [];
  for (const { path, value: pool } of pools) {
    if (pool.name !== DEFAULT_POOL && !modes.some(hasNamedPools)) {
      const message = `expected pools with names in modes \`multi-pool\` and \`multi-range\` only, got mode ${inWords(modes)}`;
      problems.push({ path: [...path, 'name'], code: 'wrong-mode', message });
    }
    if (pool.nodeSelector !== undefined && !modes.includes('multi-range')) {
      const message = `expected \`nodeSelector\` in mode \`multi-range\` only, got mode ${inWords(modes)}`;
      problems.push({ path: [...path, 'nodeSelector'], at: 'key', code: 'wrong-mode', message });
    }
    const one = modes.find((mode) => ONE_CIDR.includes(mode));
    if (one !== undefined && pool.cidrs.length > 1) {
      const message = `expected one CIDR per family in mode \`${one}\`, as kube-controller-manager takes it, got ${pool.cidrs.length}`;
      problems.push({ path: [...path, 'cidrs'], code: 'wrong-mode', message });
    }
  }
  if (modes.includes('multi-range')) problems.push(...checkHostBits(pools));
  if (modes.includes('multi-pool') && pools.length > 0 && !pools.some(isDefault)) {
    const message = `expected a pool \`${DEFAULT_POOL}\` among those of mode \`multi-pool\`: pods get it that ask for none, and nodes begin with it`;
    problems.push({ path: ['spec', 'lab', 'ipam', 'pools'], at: 'key', code: 'unknown-name', message });
  }
  return problems;
}

function isDefault({ value: { name } }: View['pools'][number]): boolean {
  return name === DEFAULT_POOL;
}

/** minPerNodeHostBits of Kubernetes' validation of a ClusterCIDR. */
const MIN_HOST_BITS = 4;

/** A ClusterCIDR has one number of host bits for both families. */
function checkHostBits(pools: View['pools']): Problem[] {
  const first = new Map<string, number>();
  return pools.flatMap(({ path, value: { name, nodeMask, cidrs } }): Problem[] => {
    const hostBits = (cidrs[0]!.includes(':') ? 128 : 32) - nodeMask;
    const expected = first.get(name) ?? hostBits;
    first.set(name, expected);
    const at = { path: [...path, 'nodeMask'], code: 'bad-mask' } as const;
    if (hostBits < MIN_HOST_BITS) {
      const message = `expected a mask that leaves ${MIN_HOST_BITS} bits in mode \`multi-range\`, as a ClusterCIDR must, got ${nodeMask}`;
      return [{ ...at, message }];
    }
    if (hostBits === expected) return [];
    const message = `expected a mask that leaves ${expected} bits in mode \`multi-range\`, as in the other family: a ClusterCIDR has one \`perNodeHostBits\`, got ${nodeMask}`;
    return [{ ...at, message }];
  });
}

/** Pools that phases ask for: they are there at some time. */
export function checkDemand(view: View): Problem[] {
  const { phases, modes, level } = view;
  const known = knownPools(view);
  return phases.flatMap(({ path, value: phase }): Problem[] => {
    if (phase.kind !== 'churn' || phase.subject !== 'pod') return [];
    if (phase.pools === undefined) return [];
    if (!modes.includes('multi-pool') || level === 'cni') {
      const message =
        level === 'cni'
          ? 'expected no `pools` at level `cni`: they are asked for by an annotation of the pod, and there is none'
          : `expected \`pools\` in mode \`multi-pool\` only, got mode ${inWords(modes)}`;
      return [{ path: [...path, 'pools'], at: 'key', code: 'wrong-mode', message }];
    }
    return Object.keys(phase.pools)
      .filter((name) => !known.includes(name))
      .map((name) => ({
        path: [...path, 'pools', name],
        at: 'key',
        code: 'unknown-name',
        message: `expected the name of a pool, one of ${inWords(known)}, got "${name}"`,
      }));
  });
}

function inWords(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(', ');
}

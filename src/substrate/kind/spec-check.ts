import { misfits, networkOf, sourceProblems } from '../../networks/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import { LabError } from '../lab-error.ts';

/** About 18 inotify instances a node of the 128 that a user has by default. */
const MAX_NODES = 7;
/** What implements Services here, and kind's setting for it. */
const PROXY_MODES = {
  'iptables-nft': 'iptables',
  nftables: 'nftables',
  ipvs: 'ipvs',
  none: 'iptables',
  ebpf: 'none',
  // The network's own, instead of it.
  network: 'none',
} as const;

export type KubeProxyMode = (typeof PROXY_MODES)[keyof typeof PROXY_MODES];

/**
 * kind's setting for kube-proxy. Services `none` means that no scenario uses them; the cluster itself does.
 * @throws LabError bad-spec
 */
export function proxyModeOf({ services }: Pick<LabSpec, 'services'>): KubeProxyMode {
  if (services in PROXY_MODES) return PROXY_MODES[services as keyof typeof PROXY_MODES];
  const known = Object.keys(PROXY_MODES).join(', ');
  throw new LabError('bad-spec', `Expected services ${known} on kind, got ${services}`);
}

/**
 * Refuses what this substrate cannot do, before anything is made.
 * @throws LabError bad-spec
 */
export function checkKindSpec(spec: LabSpec): void {
  const problems = [...problemsOf(spec)];
  if (problems.length > 0) throw new LabError('bad-spec', problems.join('\n'));
}

function* problemsOf(spec: LabSpec): Generator<string> {
  const { nodes, network, services, ipam } = spec;
  if (nodes > MAX_NODES) yield `Expected at most ${MAX_NODES} nodes on kind, got ${nodes}`;
  if (!(services in PROXY_MODES)) {
    yield `Expected services ${Object.keys(PROXY_MODES).join(', ')} on kind, got ${services}`;
  }
  const connecting = networkOf(spec);
  if (connecting.onKind === undefined)
    yield `There is no network ${network} on kind: ${connecting.absent?.kind}`;
  for (const { message } of sourceProblems(spec)) yield capitalized(message);
  for (const { message } of misfits(connecting, spec, 'kind')) yield capitalized(message);
  if (ipam.mode === 'cloud') yield 'Expected a mode of IPAM without a provider on kind, got cloud';
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

import { spawnSync } from 'node:child_process';
import type { Cidr, Family } from '../../ip/index.ts';
import type { Netns } from '../../kernel/index.ts';
import { DatapathError } from '../errors.ts';

/** MARK_CLUSTER of bpf/layout.h: for another node, though it takes the stack. */
export const MARK_CLUSTER = 0x0200_0000;

export interface MasqueradeSpec {
  /** Prefixes of the pods that are translated. */
  readonly podCidrs: readonly Cidr[];
  /** Prefixes that pods keep their own address towards. */
  readonly clusterCidrs: readonly Cidr[];
}

/** nft's own reserved word for each family, and what is never translated in it. */
const FAMILIES: Readonly<Record<Family, { readonly word: string; readonly multicast: string }>> = {
  ipv4: { word: 'ip', multicast: '224.0.0.0/4' },
  ipv6: { word: 'ip6', multicast: 'ff00::/8' },
};

/** The rules as an nft script. */
export function masqueradeScript(spec: MasqueradeSpec): string {
  const rules = (['ipv4', 'ipv6'] as const).flatMap((family) => {
    const pods = outermost(spec.podCidrs.filter((cidr) => cidr.family === family));
    if (pods.length === 0) return [];
    const cluster = outermost([...pods, ...spec.clusterCidrs.filter((cidr) => cidr.family === family)]);
    const { word, multicast } = FAMILIES[family];
    const kept = [...cluster.map(String), multicast].join(', ');
    return [`    ${word} saddr { ${pods.join(', ')} } ${word} daddr != { ${kept} } masquerade fully-random`];
  });
  const marked = `    meta mark & ${MARK_CLUSTER} == ${MARK_CLUSTER} return`;
  return sourceNatScript('pods-to-outside', [marked, ...rules]);
}

/**
 * The node's one table, with one chain of rules for packets that leave. A script that can be run again at any time: it
 * replaces the whole table in one transaction.
 * Priority 100 by number, since names of priorities are refused by nft 1.0.6 on some hooks.
 */
export function sourceNatScript(chain: string, rules: readonly string[]): string {
  return [
    removeTableScript(),
    'table inet churnlab {',
    `  chain ${chain} {`,
    '    type nat hook postrouting priority 100; policy accept;',
    ...rules,
    '  }',
    '}',
    '',
  ].join('\n');
}

/** The table goes, whether or not it is there. */
export function removeTableScript(): string {
  return 'table inet churnlab\ndelete table inet churnlab';
}

/** Without prefixes that lie inside others: nft refuses overlapping intervals. */
function outermost(cidrs: readonly Cidr[]): Cidr[] {
  return cidrs.filter(
    (cidr, index) =>
      !cidrs.some((other, i) => i !== index && other.contains(cidr) && (i < index || !cidr.contains(other))),
  );
}

/** Loads a script in a namespace. Blocks for the milliseconds that nft takes. Throws DatapathError `nft-failed`. */
export function runNft(netns: Netns | undefined, script: string): void {
  const load = () => spawnSync('nft', ['-f', '-'], { input: script, encoding: 'utf8' });
  const { status, stderr, error } = netns ? netns.run(load) : load();
  if (error) throw new DatapathError('nft-failed', `run nft: ${error.message}`, { cause: error });
  if (status !== 0) throw new DatapathError('nft-failed', `load the masquerade rules: ${stderr.trim()}`);
}

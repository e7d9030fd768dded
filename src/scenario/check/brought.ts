import type { Problem } from '../source/source.ts';
import type { View } from './view.ts';

/** Fields of `lab` that go with networks of certain schemes alone. */
const SCHEMES = {
  cniBin: ['cni'],
  networkValues: ['helm'],
  networkSet: ['helm'],
  imageArchives: ['helm', 'manifest'],
} as const;

/** Fields for networks that are brought along, without such a network: in the lab, or on the matrix's axis. */
export function checkBrought({ lab, networks }: View): Problem[] {
  if (lab === undefined) return [];
  return Object.entries(SCHEMES).flatMap(([field, schemes]): Problem[] => {
    if (lab.value[field as keyof typeof SCHEMES] === undefined) return [];
    const isUsed = networks.some((name) => schemes.some((scheme) => name.startsWith(`${scheme}:`)));
    if (isUsed) return [];
    const wanted = schemes.map((scheme) => `\`${scheme}:\``).join(' or ');
    const got = networks.map((name) => `\`${name}\``).join(', ');
    const message = `expected \`${field}\` with a network ${wanted} only, got ${got}`;
    return [{ path: [...lab.path, field], at: 'key', code: 'wrong-mode', message }];
  });
}

import type { LabSpec } from './spec.ts';

type Name = LabSpec['network'];

/**
 * A network that was brought along, with its file as `beside` resolves it. A chart is one when its name begins with a dot or
 * a slash, or ends in .tgz: others are looked for by Helm.
 */
export function networkBeside(network: Name, beside: (file: string) => string): Name {
  const [, scheme, rest] = /^(cni|manifest|helm):(.+)$/.exec(network) ?? [];
  if (scheme === undefined || (scheme === 'helm' && !/^[./]|\.tgz(@|$)/.test(rest!))) return network;
  return `${scheme}:${beside(rest!)}` as Name;
}

import type { IpamMode, LabSpec, Problem, Substrate } from '../scenario/index.ts';
import type { Network } from './network.ts';

/** What of a lab makes no sense with its network there, by field of the lab; empty when all of it does. */
export function misfits(network: Network, lab: LabSpec, substrate: Substrate): Problem[] {
  const { name, fit } = network;
  const of = (path: readonly string[], values: readonly string[], got: string): Problem[] => {
    if (values.includes(got)) return [];
    const message = `expected ${list(values)} with network \`${name}\`, got \`${got}\``;
    return [{ path, code: 'wrong-mode', message }];
  };
  return [
    ...of(['routing'], fit.routings, lab.routing),
    ...of(['ipFamily'], fit.families, lab.ipFamily),
    ...of(['services'], fit.services, lab.services),
    ...of(['ipam', 'mode'], ipamModesOn(network, substrate), lab.ipam.mode),
  ];
}

/** In a cluster whose operator is not ours it is Kubernetes itself that gives nodes their CIDRs. */
function ipamModesOn({ fit, onKind }: Network, substrate: Substrate): readonly IpamMode[] {
  return substrate === 'kind' && onKind?.by !== 'chart' ? ['kcm'] : fit.ipamModes;
}

function list(values: readonly string[]): string {
  const names = values.map((value) => `\`${value}\``);
  return names.length > 1 ? `one of ${names.join(', ')}` : names.join('');
}

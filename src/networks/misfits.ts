import type { LabSpec, Problem } from '../scenario/index.ts';
import type { Network } from './network.ts';

/** What of a lab makes no sense with its network, by field of the lab; empty when all of it does. */
export function misfits({ name, fit }: Network, lab: LabSpec): Problem[] {
  const of = (path: readonly string[], values: readonly string[], got: string): Problem[] => {
    if (values.includes(got)) return [];
    const message = `expected ${list(values)} with network \`${name}\`, got \`${got}\``;
    return [{ path, code: 'wrong-mode', message }];
  };
  return [
    ...of(['routing'], fit.routings, lab.routing),
    ...of(['ipFamily'], fit.families, lab.ipFamily),
    ...of(['services'], fit.services, lab.services),
    ...of(['ipam', 'mode'], fit.ipamModes, lab.ipam.mode),
  ];
}

function list(values: readonly string[]): string {
  const names = values.map((value) => `\`${value}\``);
  return names.length > 1 ? `one of ${names.join(', ')}` : names.join('');
}

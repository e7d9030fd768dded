import type { LabSpec, Scenario } from '../scenario/index.ts';

/** The CIDRs of each pool of a scenario, those that changes bring included. */
export function poolCidrs(lab: LabSpec, { spec }: Scenario): Readonly<Record<string, readonly string[]>> {
  const parts = [
    ...lab.ipam.pools,
    ...spec.changes.flatMap((change) =>
      'cidrs' in change ? { name: change.pool, cidrs: change.cidrs } : [],
    ),
  ];
  const byName = Map.groupBy(parts, ({ name }) => name);
  return Object.fromEntries([...byName].map(([name, own]) => [name, own.flatMap(({ cidrs }) => cidrs)]));
}

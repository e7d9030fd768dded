import { format } from '../stats/index.ts';
import type { FoundRun } from './side/found-run.ts';

/** Parts of a scenario that a run is judged by, not made by; the seed pairs runs. */
const NOT_LOAD = ['gates', 'seed'];
/** Words for the lab that only repeat fields of the scenario; those of a simulation are results. */
const REPEATED = ['nodes', 'network', 'routing', 'services', 'ipam', 'families', 'level'];

/**
 * What must be alike before two runs are compared, field by field: the machine and the versions (`identity.kernel`), the
 * lab (`lab.network`), the load (`phases.churn.pods`).
 */
export function fieldsOf({ run }: FoundRun): Map<string, string> {
  // The hash of the configuration says no more than its fields.
  const { configuration: _, memoryBytes, ...identity } = run.fingerprint.identity;
  const fields = new Map<string, string>();
  collect(fields, 'identity', { ...identity, memory: format(memoryBytes, 'bytes') });
  const isSimulated = run.lab.substrate === 'sim';
  const words = Object.entries(run.lab).filter(([name]) =>
    isSimulated ? name === 'substrate' : !REPEATED.includes(name),
  );
  collect(fields, 'lab', Object.fromEntries(words));
  for (const [name, value] of Object.entries((run.scenario.asRun ?? {}) as object)) {
    if (!NOT_LOAD.includes(name)) collect(fields, name, value);
  }
  return fields;
}

function collect(fields: Map<string, string>, path: string, value: unknown): void {
  if (value === undefined) return;
  if (typeof value !== 'object' || value === null) {
    fields.set(path, String(value));
    return;
  }
  const isList = Array.isArray(value);
  for (const [key, inner] of Object.entries(value)) {
    const name = isList ? (nameOf(inner) ?? key) : key;
    collect(fields, `${path}.${name}`, inner);
  }
}

/** Phases and pools are known by their names. */
function nameOf(value: unknown): string | undefined {
  const name = (value as { readonly name?: unknown } | null)?.name;
  return typeof name === 'string' ? name : undefined;
}

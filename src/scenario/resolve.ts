import {
  checkAddresses,
  checkFill,
  checkSupply,
  checkView,
  type ParsedPhase,
  type Placed,
  type ReadFile,
  readTrace,
  viewOf,
} from './check/index.ts';
import { inNetworkForm } from './lab-spec.ts';
import { drawPhases } from './load/index.ts';
import { scenarioSchema } from './schema/scenario.ts';
import { schemaProblems } from './source/messages.ts';
import type { Path, Problem } from './source/source.ts';
import type { Arrivals, ChurnPhase, Lifetime, Phase, ScenarioSpec } from './spec.ts';

/** The spec that data of a file means, with everything that is wrong with it; no spec when there are errors. */
export interface Resolved {
  readonly spec: ScenarioSpec | undefined;
  readonly problems: readonly Problem[];
}

/**
 * Checks the data of a whole scenario file, in layers: the schema, what goes beyond one field, traces,
 * and whether there are addresses for everybody. Each layer looks at what the one before left usable.
 */
export function resolve(data: unknown, readFile: ReadFile): Resolved {
  const parsed = scenarioSchema.safeParse(data);
  const problems = parsed.success ? [] : schemaProblems(parsed.error.issues, data);
  const view = viewOf(data);
  problems.push(...checkView(view));
  const phases = view.phases.map((phase) => withTraces(phase, readFile, problems));
  for (const phase of phases) if (phase !== undefined) problems.push(...checkSupply(phase));
  if (!parsed.success || problems.some(({ severity }) => severity !== 'warning'))
    return { spec: undefined, problems };
  const { phases: _, matrix: __, overrides: ___, lab, ...rest } = parsed.data.spec;
  const spec = filled({
    ...rest,
    lab: inNetworkForm(lab),
    phases: phases.flatMap((phase) => phase?.value ?? []),
  });
  const short = [...checkFill(spec), ...checkAddresses(spec)];
  return { spec: short.length > 0 ? undefined : spec, problems: [...problems, ...short] };
}

/** The spec with the number of pods of phases that fill. */
function filled(spec: ScenarioSpec): ScenarioSpec {
  if (!spec.phases.some((phase) => 'fill' in phase)) return spec;
  const counts = new Map(drawPhases(spec).map(({ name, count }) => [name, count]));
  const phases = spec.phases.map((phase) =>
    'fill' in phase ? { ...phase, count: counts.get(phase.name) ?? 0 } : phase,
  );
  return { ...spec, phases };
}

/** The phase with the values of its traces; undefined when one cannot be read. */
function withTraces(
  { path, value: phase }: Placed<ParsedPhase>,
  readFile: ReadFile,
  problems: Problem[],
): Placed<Phase> | undefined {
  if (phase.kind !== 'churn') return { path, value: phase };
  const read = (file: string, field: string, rising: boolean): readonly number[] | undefined => {
    const at: Path = [...path, field, 'file'];
    const result = readTrace(file, at, readFile, rising);
    if ('values' in result) return result.values;
    problems.push(result.problem);
    return undefined;
  };
  const { lifetime } = phase;
  const lifetimes = lifetime?.distribution === 'trace' ? read(lifetime.file, 'lifetime', false) : [];
  const arrivals = phase.mode === 'open' ? phase.arrivals : undefined;
  const offsets = arrivals?.process === 'trace' ? read(arrivals.file, 'arrivals', true) : [];
  if (lifetimes === undefined || offsets === undefined) return undefined;
  const value = {
    // Worked out from the room that there is, when the whole scenario is known.
    count: 0,
    ...phase,
    ...(arrivals && {
      arrivals: (arrivals.process === 'trace' ? { ...arrivals, offsets } : arrivals) as Arrivals,
    }),
    ...(lifetime && {
      lifetime: (lifetime.distribution === 'trace' ? { ...lifetime, lifetimes } : lifetime) as Lifetime,
    }),
  } as ChurnPhase;
  return { path, value };
}

import fs from 'node:fs';
import path from 'node:path';
import { parse, stringify } from 'yaml';
import type { RunDocument } from '../../src/measure/index.ts';
import { runScenario } from '../../src/run/index.ts';
import { type LabFields, ScenarioDocument } from '../../src/scenario/index.ts';
import { TestLab, type TestLabOptions, temporaryHome } from '../../src/substrate/testing/test-lab.ts';
import type { TrafficPrograms } from '../../src/traffic/index.ts';

const SCENARIOS = path.join(import.meta.dirname, '../../scenarios');

/** The fields of a scenario's spec as its file has them. */
export interface SpecFields {
  lab: LabFields & { ipam: NonNullable<LabFields['ipam']> };
  phases: Record<string, unknown>[];
  matrix?: unknown;
  changes?: Record<string, unknown>[];
  faults?: Record<string, unknown>[];
}

/**
 * Runs a scenario file in a lab of its own, made short by `shorten`, without its matrix. Gates are left to the nightly
 * runs: what is asserted is what came out.
 */
export async function shortRun(
  name: string,
  shorten: (spec: SpecFields) => void,
  { programs, ...options }: TestLabOptions & { readonly programs?: TrafficPrograms } = {},
): Promise<RunDocument> {
  const data = parse(fs.readFileSync(path.join(SCENARIOS, `${name}.yaml`), 'utf8'));
  shorten(data.spec);
  delete data.spec.matrix;
  delete data.spec.gates;
  // They name phases and nodes that may have been left out.
  delete data.spec.overrides;
  const source = ScenarioDocument.parse(stringify(data), `${name}.yaml`, () => '');
  const scenario = source.prepare('netns');
  const results = temporaryHome();
  try {
    await using up = await TestLab.up(data.spec.lab, { name: path.basename(name).slice(0, 12), ...options });
    const { folder, document } = await runScenario({
      lab: up.lab,
      source,
      scenario,
      results,
      ...(programs && { programs }),
      onEvent: () => {},
      signal: new AbortController().signal,
    });
    await folder.finish(document);
    return document;
  } finally {
    fs.rmSync(results, { recursive: true, force: true });
  }
}

/** The phase of this name. */
export function phaseOf({ phases }: SpecFields, name: string): Record<string, unknown> {
  const phase = phases.find((each) => each.name === name);
  if (phase === undefined) throw new RangeError(`Expected a phase ${name}`);
  return phase;
}

/** Invariants that did not hold, with their witness. */
export function brokenIn({ invariants }: RunDocument): string[] {
  return invariants.flatMap(({ name, violations, witness }) =>
    violations > 0 ? `${name}: ${witness?.text}` : [],
  );
}

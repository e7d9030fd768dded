import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { RunDocument } from '../measure/index.ts';
import { raisePriority, runScenario } from '../run/index.ts';
import { type LabFields, type Scenario, ScenarioDocument } from '../scenario/index.ts';
import { type Lab, NetnsLab } from '../substrate/index.ts';
import { COOLDOWN, POOLS } from './bench-labs.ts';

/** A churn phase as a scenario file writes it. */
export type PhaseFields = Readonly<Record<string, unknown>>;

/** Runs one churn phase and a drain on a running lab, as `churnlab run` does; nothing of it is kept but its document. */
export async function runLoad(
  labName: string,
  level: 'pod' | 'cni',
  phase: PhaseFields,
  signal: AbortSignal,
): Promise<RunDocument> {
  await using lab = await NetnsLab.open(labName);
  const fields = { nodes: lab.nodes.length, ipam: { pools: POOLS, cooldown: COOLDOWN } };
  const source = parseLoad(fields, level, phase, '60s');
  return await runOn(lab, source, source.prepare('netns'), signal);
}

/** The same at level `pod` on a kind lab, whatever it consists of. */
export async function runKindLoad(lab: Lab, phase: PhaseFields, signal: AbortSignal): Promise<RunDocument> {
  const source = parseLoad({}, 'pod', phase, '2m');
  const scenario = source.prepare('kind');
  return await runOn(lab, source, { ...scenario, spec: { ...scenario.spec, lab: lab.spec } }, signal);
}

function parseLoad(
  lab: LabFields,
  level: 'pod' | 'cni',
  phase: PhaseFields,
  drain: string,
): ScenarioDocument {
  // Flow style is YAML as well.
  const text = JSON.stringify({
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'Scenario',
    metadata: { name: 'bench' },
    spec: {
      lab,
      level,
      phases: [
        { name: 'churn', ...phase },
        { name: 'drain', deadline: drain },
      ],
      gates: [{ invariants: 'all' }],
    },
  });
  return ScenarioDocument.parse(text, 'bench', (file) => {
    throw new Error(`Expected no file to be read, got ${file}`);
  });
}

async function runOn(
  lab: Lab,
  source: ScenarioDocument,
  scenario: Scenario,
  signal: AbortSignal,
): Promise<RunDocument> {
  const results = await fs.mkdtemp(path.join(os.tmpdir(), 'churnlab-bench-'));
  try {
    using _priority = raisePriority();
    const { folder, document } = await runScenario({
      lab,
      source,
      scenario,
      results,
      onEvent: () => {},
      signal,
    });
    await folder.close();
    signal.throwIfAborted();
    return document;
  } finally {
    await fs.rm(results, { recursive: true });
  }
}

/** Invariants that were broken, all told. */
export function violationsOf({ invariants }: RunDocument): number {
  return invariants.reduce((sum, { violations }) => sum + violations, 0);
}

import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { RunDocument } from '../measure/index.ts';
import { raisePriority, runScenario } from '../run/index.ts';
import { ScenarioDocument } from '../scenario/index.ts';
import { NetnsLab } from '../substrate/index.ts';
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
  // Flow style is YAML as well.
  const text = JSON.stringify({
    apiVersion: 'churnlab.dev/v1alpha1',
    kind: 'Scenario',
    metadata: { name: 'bench' },
    spec: {
      lab: { nodes: lab.nodes.length, ipam: { pools: POOLS, cooldown: COOLDOWN } },
      level,
      phases: [
        { name: 'churn', ...phase },
        { name: 'drain', deadline: '60s' },
      ],
      gates: [{ invariants: 'all' }],
    },
  });
  const source = ScenarioDocument.parse(text, 'bench', (file) => {
    throw new Error(`Expected no file to be read, got ${file}`);
  });
  const results = await fs.mkdtemp(path.join(os.tmpdir(), 'churnlab-bench-'));
  try {
    using _priority = raisePriority();
    const scenario = source.prepare('netns');
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

import { z } from 'zod';
import { change } from './changes.ts';
import { claim } from './claim.ts';
import { fault } from './faults.ts';
import { gate } from './gates.ts';
import { lab } from './lab.ts';
import { field, label, text, whole } from './leaf.ts';
import { matrix } from './matrix.ts';
import { phase } from './phases.ts';
import { substrate } from './substrate.ts';

export const API_VERSION = 'churnlab.dev/v1alpha1';
const LEVELS = ['pod', 'cni'] as const;

export const specSchema = z.strictObject({
  seed: field(
    whole(0, 0xffff_ffff).default(1),
    'Same seed, same arrivals, lifetimes, names and placement.',
    7,
  ),
  substrate: field(
    substrate.default('netns'),
    'Where it runs unless the command line says otherwise. `sim` has no kernel: allocators against a virtual clock, for sizes that nothing else has.',
    'sim',
  ),
  lab: field(lab.prefault({}), 'What must be up.'),
  level: field(
    z.enum(LEVELS).default('pod'),
    '`pod`: every pod goes through the Kubernetes API. `cni`: the plugin alone is driven.',
  ),
  phases: field(
    z.array(phase, 'a list of phases').min(1, 'at least one phase'),
    'What happens, one after the other. A phase begins when all of the one before have arrived and are ready or have failed.',
  ),
  matrix: field(matrix.prefault({}), 'Run the scenario once for every combination.'),
  faults: field(z.array(fault, 'a list of faults').default([]), 'What breaks, and when.', [
    { at: '10s', kill: 'agent', node: 'n2' },
  ]),
  changes: field(
    z.array(change, 'a list of changes').default([]),
    'Mode `multi-pool`: which pools are changed, and when.',
    [{ at: '20s', growPool: 'small', cidrs: ['10.31.0.0/24'] }],
  ),
  gates: field(
    z.array(gate, 'a list of gates').default([]),
    'What the result must keep to: exit code 3 or 4 otherwise.',
    [{ metric: 'cni.add', quantile: 'p99', max: '20ms' }, { invariants: 'all' }],
  ),
  // Checked after merging, as part of the whole: see src/scenario/source/overrides.ts.
  overrides: field(
    z.partialRecord(substrate, z.record(z.string(), z.unknown(), 'the fields to change')).default({}),
    'Other sizes on another substrate. Merged into the spec: objects field by field, phases by name, other lists as a whole. The result says what was used.',
  ),
});

export const scenarioSchema = z.strictObject({
  apiVersion: field(z.literal(API_VERSION), 'Version of this format.'),
  kind: field(z.literal('Scenario'), 'What this file is.'),
  metadata: field(
    z.strictObject({
      name: field(label(50), 'Name of the scenario; results are filed under it.', 'pod-churn'),
      description: field(text.optional(), 'What it shows, in a sentence or two.'),
      claim: field(claim.optional(), 'A published claim that the scenario confirms or refutes.'),
    }),
    'What the scenario is called.',
  ),
  spec: field(specSchema, 'What is brought up, what happens in it, and what must come out.'),
});

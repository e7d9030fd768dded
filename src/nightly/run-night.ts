import { mkdir } from 'node:fs/promises';
import { loadScenario } from '../scenario/index.ts';
import { type ConcludedEntry, concludeEntry } from './conclude-entry.ts';
import { type MeasureContext, type MeasuredEntry, measureEntry } from './measure-entry.ts';
import { exitCodeOf, type NightDocument, readNight, worst, writeNight } from './night-document.ts';
import { NightlyError } from './nightly-error.ts';
import type { NightlyEntry } from './nightly-list.ts';
import type { SideName } from './order.ts';
import { publishNight } from './publish-night.ts';
import type { SourceTree } from './source-tree.ts';

export interface Night {
  readonly folder: string;
  readonly document: NightDocument;
  readonly entries: readonly ConcludedEntry[];
}

/**
 * Runs all entries by both trees, compares, and writes the folder of the night. What broke off is concluded as far as it
 * came. @throws ScenarioError, NightlyError bad-list before anything is run
 */
export async function runNight(
  id: string,
  entries: readonly NightlyEntry[],
  context: MeasureContext,
): Promise<Night> {
  // A mistake in the last must not cost the night.
  for (const { scenario } of entries) requireSingle(scenario);
  const startedAt = new Date().toISOString();
  await mkdir(context.folder, { recursive: true });
  const measured: MeasuredEntry[] = [];
  for (const entry of entries) {
    if (context.signal.aborted) break;
    measured.push(await measureEntry(entry, context));
  }
  const { baseline, candidate } = context.trees;
  const trees = { baseline: told(baseline), candidate: told(candidate) };
  const facts = { id, ...trees, startedAt, endedAt: new Date().toISOString() };
  return await conclude(context.folder, facts, measured);
}

/** @throws ScenarioError; NightlyError bad-list for a matrix, whose runs are not one thing to compare */
function requireSingle(scenario: string): void {
  const source = loadScenario(scenario);
  const cells = source.cells(source.substrate);
  if (cells.length === 1) return;
  const what = `expected a scenario without a matrix, got ${cells.length} combinations`;
  throw new NightlyError('bad-list', `${scenario}: ${what}`);
}

/** Concludes from the folder of a night anew, by the rules of today. @throws NightlyError not-a-night */
export async function concludeAgain(folder: string): Promise<Night> {
  const { entries, ...facts } = await readNight(folder);
  return await conclude(folder, facts, entries);
}

async function conclude(
  folder: string,
  facts: Pick<NightDocument, 'id' | SideName | 'startedAt' | 'endedAt'>,
  measured: readonly MeasuredEntry[],
): Promise<Night> {
  const entries: ConcludedEntry[] = [];
  for (const each of measured) entries.push(await concludeEntry(folder, each));
  const concluded = entries.map(({ entry }) => entry);
  const outcome = concluded.length === 0 ? 'inconclusive' : worst(concluded.map((each) => each.outcome));
  const reasons = concluded.flatMap(({ name, reasons }) => reasons.map((reason) => `${name}: ${reason}`));
  const document = await writeNight(folder, {
    ...facts,
    entries: concluded,
    outcome,
    exitCode: exitCodeOf(outcome),
    reasons: concluded.length === 0 ? ['nothing was run'] : reasons,
  });
  await publishNight(folder, document, entries);
  return { folder, document, entries };
}

function told({ name, commit, dirty }: SourceTree): NightDocument['baseline'] {
  return { name, commit, dirty };
}

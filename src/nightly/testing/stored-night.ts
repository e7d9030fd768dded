import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { createSeries, FILES, type RunDocument, readRun } from '../../measure/index.ts';
import { seeded } from '../../stats/index.ts';
import { writeNight } from '../night-document.ts';
import { SIDES, type SideName, turns } from '../order.ts';

/** A run as it was written to disk once. */
const STORED = path.resolve(import.meta.dirname, '../../measure/folder/testdata/format-1');
const GATE = {
  kind: 'regression',
  metric: 'pod.ready',
  quantile: 'p50',
  detect: 0.25,
  minimum: 0.125,
} as const;
/** What is left of the stored run: intervals of dozens of series are none of the matter here. */
const KEPT = [GATE.metric, 'cni.add'];
/** Of the median of a run from run to run. */
const SPREAD = 0.05;

export interface NightOptions {
  readonly runs?: number;
  /** Slows the candidate's `pod.ready` by this share. */
  readonly slower?: number;
  /** What becomes of each run of the candidate besides. */
  readonly candidate?: (run: RunDocument) => RunDocument;
}

/**
 * Writes the folder of a night whose runs are copies of a stored one, each a little faster or slower, without its
 * conclusions.
 */
export async function storedNight(folder: string, options: NightOptions = {}): Promise<void> {
  const { runs = 8, slower = 0, candidate = (run) => run } = options;
  const stored = await readRun(STORED);
  const kept = stored.summaries.filter(({ key }) => KEPT.includes(key));
  const random = seeded(11);
  const order = turns(runs);
  const startedAt = new Date('2026-11-21T02:17:00Z');
  const title = 'small-netns';
  const idOf = (index: number, side: SideName) => `run-${String(index).padStart(2, '0')}-${side}`;
  const series = await createSeries(
    folder,
    title,
    {
      scenario: { name: stored.scenario.name, description: stored.scenario.description, file: 'small.yaml' },
      substrate: 'netns',
      coolDownNs: 0,
      variants: SIDES.map((name) => ({
        name,
        file: 'small.yaml',
        sha256: '',
        set: [],
        cell: {},
      })),
      runs: order.map(({ side, block, warmUp }, i) => ({
        variant: side,
        block,
        warmUp,
        seed: null,
        run: idOf(i, side),
      })),
    },
    startedAt,
  );
  for (const [i, { side }] of order.entries()) {
    const factor = (1 + SPREAD * (random.float() - 0.5)) * (side === 'candidate' ? 1 + slower : 1);
    const run: RunDocument = {
      ...quiet(stored),
      id: idOf(i, side),
      startedAt: new Date(startedAt.getTime() + i * 10_000).toISOString(),
      gates: [GATE],
      summaries: kept.map((summary) =>
        summary.key === GATE.metric
          ? { ...summary, p50: { ...summary.p50, value: summary.p50.value * factor } }
          : summary,
      ),
    };
    await mkdir(path.join(series, run.id));
    const written = side === 'candidate' ? candidate(run) : run;
    await writeFile(path.join(series, run.id, FILES.document), JSON.stringify(written));
  }
  const tree = { commit: '0123456789abcdef', dirty: false };
  await writeNight(folder, {
    id: path.basename(folder),
    startedAt: startedAt.toISOString(),
    endedAt: startedAt.toISOString(),
    baseline: { name: 'v1', ...tree },
    candidate: { name: 'here', ...tree },
    entries: [
      {
        ...{ name: title, scenario: stored.scenario.name, substrate: 'netns' },
        ...{ series: path.basename(series), troubles: [], outcome: 'passed', reasons: [] },
      },
    ],
    ...{ outcome: 'passed', exitCode: 0, reasons: [] },
  });
}

/** The same run on a machine that had nothing else to do: the stored one was made on a busy one. */
function quiet({ load, fingerprint, ...run }: RunDocument): RunDocument {
  const calm = { rounds: 100, p50: 1000, p99: 1100, max: 1200 };
  const condition = { ...fingerprint.condition, stealShare: 0, noiseBefore: calm, noiseAfter: calm };
  return {
    ...run,
    load: { ...load, lag: { p50: 0, p99: 0, max: 0 } },
    fingerprint: { ...fingerprint, condition },
  };
}

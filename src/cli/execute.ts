import path from 'node:path';
import type { RunEvent } from '../measure/index.ts';
import {
  type LiveServer,
  liveReporter,
  publish,
  reportModel,
  toJson,
  toText,
  type Verdict,
} from '../report/index.ts';
import { raisePriority, runScenario } from '../run/index.ts';
import type { Scenario, ScenarioDocument } from '../scenario/index.ts';
import { simulate } from '../sim/index.ts';
import type { Lab } from '../substrate/index.ts';
import type { TrafficPrograms } from '../traffic/index.ts';

/** Where run folders go. */
export const RESULTS = path.resolve(import.meta.dirname, '../../results');

export interface ExecuteOptions {
  /** Left out on substrate `sim`, which needs none. */
  readonly lab?: Lab;
  readonly source: ScenarioDocument;
  readonly scenario: Scenario;
  /** What goes to stdout when the run is over. */
  readonly show?: 'text' | 'json' | 'nothing';
  readonly results?: string;
  readonly programs?: TrafficPrograms | undefined;
  /** Pods of a Job that start and end the run's pods. */
  readonly shards?: number | undefined;
  /** Shows the run as well, while it goes on. */
  readonly page?: LiveServer | undefined;
}

export interface Executed {
  readonly verdict: Verdict;
  /** The run folder. */
  readonly folder: string;
  /** True when the user asked for an early end. */
  readonly interrupted: boolean;
}

/** Runs a scenario with progress on stderr and its table on stdout; the run folder is left behind. */
export async function executeAndShow(options: ExecuteOptions): Promise<Executed> {
  const { lab, source, scenario, show = 'text', results = RESULTS, programs, page, shards = 1 } = options;
  const interrupted = new AbortController();
  const onSignal = (): void => {
    if (interrupted.signal.aborted) process.exit(130);
    process.stderr.write('\nending early: draining what lives (again to give up)\n');
    interrupted.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  using _priority = raisePriority();
  try {
    using live = liveReporter(process.stderr);
    const run = {
      ...{ source, scenario, results, signal: interrupted.signal },
      onEvent: (event: RunEvent) => {
        live.onEvent(event);
        page?.onEvent(event);
      },
    };
    const { folder, document } = lab
      ? await runScenario({ ...run, lab, shards, ...(programs && { programs }) })
      : await simulate(run);
    const verdict = await publish(folder, document);
    live[Symbol.dispose]();
    page?.end({ outcome: verdict.outcome, folder: path.relative('', folder.path) });
    if (show === 'json') process.stdout.write(toJson(document));
    else if (show === 'text') process.stdout.write(toText(reportModel(document)));
    process.stderr.write(`\nRun folder: ${path.relative('', folder.path) || folder.path}\n`);
    return { verdict, folder: folder.path, interrupted: interrupted.signal.aborted };
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

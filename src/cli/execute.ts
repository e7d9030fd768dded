import path from 'node:path';
import { liveReporter, publish, reportModel, toJson, toText, type Verdict } from '../report/index.ts';
import { raisePriority, runScenario } from '../run/index.ts';
import type { Scenario, ScenarioDocument } from '../scenario/index.ts';
import type { Lab } from '../substrate/index.ts';

/** Where run folders go. */
export const RESULTS = path.resolve(import.meta.dirname, '../../results');

export interface ExecuteOptions {
  readonly lab: Lab;
  readonly source: ScenarioDocument;
  readonly scenario: Scenario;
  readonly json?: boolean;
  readonly results?: string;
}

/** Runs a scenario with progress on stderr and its table on stdout; the run folder is left behind. */
export async function executeAndShow(options: ExecuteOptions): Promise<Verdict> {
  const { lab, source, scenario, results = RESULTS } = options;
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
    const { folder, document } = await runScenario({
      lab,
      source,
      scenario,
      results,
      onEvent: (event) => live.onEvent(event),
      signal: interrupted.signal,
    });
    const verdict = await publish(folder, document);
    live[Symbol.dispose]();
    process.stdout.write(options.json ? toJson(document) : toText(reportModel(document)));
    process.stderr.write(`\nRun folder: ${path.relative('', folder.path) || folder.path}\n`);
    return verdict;
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

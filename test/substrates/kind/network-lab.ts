import fs from 'node:fs';
import path from 'node:path';
import { DockerError, stopDocker } from '../../../lab/docker/index.ts';
import { prepareKind } from '../../../src/cli/prepare-kind.ts';
import type { RunDocument } from '../../../src/measure/index.ts';
import { runScenario } from '../../../src/run/index.ts';
import { loadScenario, type Setting } from '../../../src/scenario/index.ts';
import { downKind, KindLab, LabDirectory, upKind } from '../../../src/substrate/index.ts';
import { makeLabHome, sweepLabHomes } from './lab-home.ts';

const SCENARIOS = path.join(import.meta.dirname, '../../../scenarios');

/** What came of a scenario, and the lab while it is still there. */
export type Look = (run: RunDocument, lab: KindLab) => Promise<void> | void;

/**
 * Runs a scenario on a kind lab of its own. Returns why it cannot be run on this machine, if so.
 * @param settings other values for fields of its spec
 */
export async function runOnKind(
  name: string,
  settings: readonly Setting[],
  look: Look,
): Promise<string | undefined> {
  const source = loadScenario(path.join(SCENARIOS, `${name}.yaml`)).with(settings);
  const scenario = source.prepare('kind');
  const home = makeLabHome();
  const directory = new LabDirectory('networks', home);
  try {
    const { lab: spec } = scenario.spec;
    const options = await prepareKind('the test', spec, { install: false }, () => {});
    await sweepLabHomes('networks');
    await upKind(directory, spec, options);
    await using lab = await KindLab.open('networks', home);
    const { folder, document } = await runScenario({
      ...{ lab, source, scenario, results: home },
      onEvent: () => {},
      signal: new AbortController().signal,
    });
    await folder.finish(document);
    await look(document, lab);
    return undefined;
  } catch (error) {
    const cannot = error instanceof DockerError && (error.code === 'no-docker' || error.code === 'not-root');
    if (!cannot) throw error;
    return error.message;
  } finally {
    await downKind(directory, () => {});
    await stopDocker();
    fs.rmSync(home, { recursive: true, force: true });
  }
}

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Sample } from '../measure/index.ts';
import { Dialer } from './dialer.ts';
import type { ScriptPods, TrafficPlace } from './host.ts';
import { readSummary, type ScriptCounts } from './k6-summary.ts';
import type { Answer } from './membership.ts';
import { samplesOf } from './result.ts';
import { answersOf, type SampleBlock } from './sample-block.ts';
import { TrafficError } from './traffic-error.ts';

/** k6's exit code when a threshold was crossed (errext/exitcodes). */
const THRESHOLDS_FAILED = 99;
/** It asks nobody and sends nothing: its requests are the dialers'. */
const OPTIONS = ['--no-usage-report'];
/** Of k6 wherever it runs. */
export const K6_ENVIRONMENT = {
  NO_COLOR: '1',
  K6_LOG_FORMAT: 'json',
  K6_AUTO_EXTENSION_RESOLUTION: 'false',
};
const SYSTEM_PATH = '/usr/local/bin:/usr/bin:/bin';

export interface ScriptSpec {
  /** Path of a script (TypeScript or JavaScript) that imports `k6/x/podnet`. */
  readonly file: string;
  /** Where it may dial from: nodes, pods, `outside`. */
  readonly places: readonly string[];
  /** What the script finds as `podnet.params`. */
  readonly params?: Readonly<Record<string, unknown>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
}

/** A place, and its dialer. */
export interface ScriptPlace {
  readonly place: TrafficPlace;
  readonly dialer: Dialer;
}

/** What became of a script. */
export class ScriptResult {
  readonly counts: ScriptCounts;
  /** False when one of the script's thresholds was crossed. */
  readonly passed: boolean;
  /** k6's own summary, as it prints it. */
  readonly output: string;
  readonly #recorded: readonly { readonly place: TrafficPlace; readonly blocks: readonly SampleBlock[] }[];

  constructor(
    counts: ScriptCounts,
    passed: boolean,
    output: string,
    recorded: readonly { readonly place: TrafficPlace; readonly blocks: readonly SampleBlock[] }[],
  ) {
    this.counts = counts;
    this.passed = passed;
    this.output = output;
    this.#recorded = recorded;
  }

  /** Every answer, by whom: to be held against a {@link Membership}. */
  *answers(): Generator<Answer> {
    for (const { blocks } of this.#recorded) yield* answersOf(blocks);
  }

  /** Where its connections came from. */
  get places(): readonly TrafficPlace[] {
    return this.#recorded.map(({ place }) => place);
  }

  /** Raw samples as the dialers clocked them. */
  *samples(): Generator<Sample> {
    for (const { place, blocks } of this.#recorded) yield* samplesOf(blocks, place);
  }
}

/** Runs k6 to its end. @throws TrafficError script-failed */
export async function runScript(
  { file, params = {}, labels = {}, signal }: ScriptSpec,
  places: readonly ScriptPlace[],
  k6: string | undefined,
  directory: string,
): Promise<ScriptResult> {
  if (k6 === undefined) throw new TrafficError('script-failed', 'Expected a k6 with k6/x/podnet, got none');
  // The folder's name in it: dialers of other machines have one folder for all scripts.
  const samples = (index: number) =>
    places[index]!.dialer.samplesFile(path.join(directory, `${path.basename(directory)}-${index}.samples`));
  const config = path.join(directory, 'podnet.json');
  const summary = path.join(directory, 'summary.json');
  const entries = places.map(({ place, dialer }, index) => [
    place.name,
    { socket: dialer.socket, netns: place.netns, samples: samples(index) },
  ]);
  fs.writeFileSync(config, configOf(Object.fromEntries(entries), { params, labels }), { mode: 0o600 });
  const { exitCode, stdout, stderr } = await run(
    k6,
    // It opens no port.
    ['run', '--quiet', '--address', '', ...OPTIONS, '--summary-export', summary, file],
    config,
    signal,
  );
  const passed = judge(file, exitCode, stderr);
  const recorded = await Promise.all(
    places.map(async ({ place, dialer }, index) => ({
      place,
      blocks: await dialer.takeSamples(samples(index)),
    })),
  );
  const counts = readSummary(fs.existsSync(summary) ? fs.readFileSync(summary, 'utf8') : '');
  return new ScriptResult(counts, passed, stdout.trim(), recorded);
}

/**
 * Runs k6 to its end in a pod beside the place that it dials from, with a dialer of its own.
 * @param onDialer told of that dialer, whose clock may be another one
 * @throws TrafficError script-failed
 */
export async function runPodScript(
  { file, params = {}, labels = {}, signal }: ScriptSpec,
  { beside, pods, k6, image }: PodScriptSetting,
  directory: string,
  onDialer: (dialer: Dialer) => void,
): Promise<ScriptResult> {
  const name = `k6-${path.basename(directory)}`;
  const { socket, samples, summary } = pods.files(name, beside);
  const config = configOf({ [beside.name]: { socket, netns: '', samples } }, { params, labels });
  const archive = await archived(k6, file, config, directory);
  const args = [...OPTIONS, '--summary-export', summary];
  await using pod = await pods.start({ name, image, beside, archive, config, args });
  await using dialer = await Dialer.connect(name, pod.dialer);
  onDialer(dialer);
  const { exitCode, output } = await pod.ended(signal);
  const passed = judge(file, exitCode, output);
  const recorded = [{ place: pod.place, blocks: await dialer.takeSamples(samples) }];
  const counts = readSummary((await dialer.takeFile(summary)).toString());
  const printed = output.split('\n').filter((line) => !line.startsWith('{'));
  return new ScriptResult(counts, passed, printed.join('\n').trim(), recorded);
}

/** Where, and with what, a script runs in a pod. */
export interface PodScriptSetting {
  readonly beside: TrafficPlace;
  readonly pods: ScriptPods;
  /** Path of k6 on this machine, which packs the script. */
  readonly k6: string;
  readonly image: string;
}

/** The script with all that it imports, as one file that k6 runs anywhere. */
async function archived(k6: string, file: string, config: string, directory: string): Promise<Buffer> {
  const at = path.join(directory, 'podnet.json');
  const archive = path.join(directory, 'script.tar');
  fs.writeFileSync(at, config, { mode: 0o600 });
  const { exitCode, stderr } = await run(k6, ['archive', '--quiet', '-O', archive, file], at, undefined);
  judge(file, exitCode, stderr);
  return fs.readFileSync(archive);
}

/** What PODNET_CONFIG names: xk6/config.go. */
function configOf(
  places: Readonly<Record<string, object>>,
  rest: { readonly params: object; readonly labels: object },
): string {
  return JSON.stringify({ places, ...rest });
}

/** Whether thresholds were kept. @throws TrafficError script-failed when it did not come to that */
function judge(file: string, exitCode: number | null, log: string): boolean {
  if (exitCode === 0 || exitCode === THRESHOLDS_FAILED) return exitCode === 0;
  const words = errorsIn(log) || log.trim() || `exit code ${exitCode}`;
  throw new TrafficError('script-failed', `k6 run ${file}: ${words}`);
}

async function run(
  k6: string,
  args: readonly string[],
  config: string,
  signal: AbortSignal | undefined,
): Promise<{ exitCode: number | null; stdout: string; stderr: string }> {
  const child = spawn(k6, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...K6_ENVIRONMENT,
      PATH: SYSTEM_PATH,
      HOME: path.dirname(config),
      PODNET_CONFIG: config,
    },
    ...(signal && { signal }),
  });
  const exit = once(child, 'exit') as Promise<[number | null]>;
  const [stdout, stderr, [exitCode]] = await Promise.all([text(child.stdout), text(child.stderr), exit]);
  return { exitCode, stdout, stderr };
}

/** The messages of a log in JSON lines that are errors, each once. */
function errorsIn(log: string): string {
  const lines = log.split('\n').filter((line) => line.startsWith('{'));
  const entries = lines.map((line) => JSON.parse(line) as { level: string; msg: string });
  return [...new Set(entries.filter(({ level }) => level === 'error').map(({ msg }) => msg.trim()))].join(
    '\n',
  );
}

/**
 * Runs tiers of tests, each in a process of its own, and ends with one line: `N passed, N failed, N skipped`.
 * Failed is also: a crash, a tier without tests, a process left behind, set-up that did not work.
 */
import { randomUUID } from 'node:crypto';
import { missingPrivilege, SetupError, setUp } from '../setup/index.ts';
import { runChecks } from './checks.ts';
import { RUN_MARKER, sweepLeftovers } from './leftovers.ts';
import { runVitest } from './run-vitest.ts';
import { addTallies, NOTHING, type Tally, tallyLine } from './tally.ts';
import { parseArguments, TIERS, type TierName } from './tiers.ts';

const FAILED: Tally = { ...NOTHING, failed: 1 };
const { tiers, install, rest } = parseArguments(process.argv.slice(2));
const run = randomUUID();
const env = { ...process.env, [RUN_MARKER]: run };

async function runTier(name: TierName): Promise<Tally> {
  const { budget, needs } = TIERS[name];
  if (name === 'checks') return runChecks(env);
  const lack = needs.length > 0 ? missingPrivilege() : undefined;
  if (lack)
    return { ...NOTHING, skips: [{ test: `tier ${name}`, reason: `it needs root, this is ${lack}` }] };
  const report = (line: string) => console.log(`churnlab: ${line}`);
  for (const substrate of needs) await setUp({ substrate, install, report });
  const tally = await runVitest({ project: name, args: rest, env, limit: budget * 5000 });
  const left = await sweepLeftovers(run);
  for (const { pid, command } of left) console.error(`${name}: left a process behind: ${pid} ${command}`);
  const empty = rest.length === 0 && tally.passed + tally.failed === 0;
  if (empty) console.error(`${name}: no test ran`);
  return { ...tally, failed: tally.failed + left.length + (empty ? 1 : 0) };
}

async function timeTier(name: TierName): Promise<Tally> {
  const started = performance.now();
  const tally = await runTier(name).catch((error) => {
    console.error(error instanceof SetupError ? `${error.output}churnlab: ${error.message}` : error);
    return FAILED;
  });
  const seconds = (performance.now() - started) / 1000;
  const { budget } = TIERS[name];
  const over = seconds > budget ? ', over it' : '';
  console.log(`${name}: ${tallyLine(tally)} in ${seconds.toFixed(1)} s (budget ${budget} s${over})\n`);
  return tally;
}

let total = NOTHING;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, async () => {
    await sweepLeftovers(run, signal === 'SIGINT' ? undefined : 0); // a terminal has told vitest already
    console.log(tallyLine(addTallies(total, FAILED)));
    process.exit(1);
  });
}
for (const name of tiers) total = addTallies(total, await timeTier(name));
if (total.passed + total.failed === 0) {
  console.error('no test ran');
  total = addTallies(total, FAILED);
}
for (const { test, reason } of total.skips) console.log(`skipped: ${test}: ${reason}`);
console.log(tallyLine(total));
process.exitCode = total.failed === 0 ? 0 : 1;

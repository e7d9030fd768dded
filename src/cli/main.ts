/** The `churnlab` command: one file per command beside this one, each with a `register`. */
import { readFileSync } from 'node:fs';
import { Command } from '@commander-js/extra-typings';
import { register as bench } from './bench.ts';
import { register as cni } from './cni.ts';
import { register as compare } from './compare.ts';
import { register as connectivity } from './connectivity.ts';
import { register as doctor } from './doctor.ts';
import { reporting } from './errors.ts';
import { register as exec } from './exec.ts';
import { register as explain } from './explain.ts';
import { register as history } from './history.ts';
import { runInContainer, wantsContainer } from './in-container.ts';
import { looksIntoVm, runInVm } from './in-vm.ts';
import { register as ipam } from './ipam.ts';
import { register as lab } from './lab.ts';
import { register as networks } from './networks.ts';
import { register as nightly } from './nightly.ts';
import { register as plan } from './plan.ts';
import { register as report } from './report.ts';
import { register as run } from './run.ts';
import { register as service } from './service.ts';
import { register as validate } from './validate.ts';

const WRONG_INPUT = 2;
const { version } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));

const EXAMPLE = `
Examples:
  $ churnlab lab up
  $ churnlab exec n1 -- ip route
  $ churnlab run scenarios/pod-churn.yaml
  $ churnlab lab down

churnlab COMMAND --help has the options of a command and an example.`;

const program = new Command('churnlab')
  .description('A lab and load harness for pod networking')
  .version(version)
  .option('--no-install', 'install nothing; say what is missing and what to type')
  .option('--in-container', 'do it in a privileged container of this clone, which stays up until `lab down`')
  .addHelpText('after', EXAMPLE)
  .exitOverride(({ exitCode }) => process.exit(exitCode === 0 ? 0 : WRONG_INPUT));

for (const register of [
  ...[lab, run, exec, ipam, service, networks, connectivity, cni],
  ...[validate, plan, explain, report, compare, history, bench, doctor, nightly],
])
  register(program);

// Whoever reads may stop early, as `head` does. What is under way ends in order all the same: a lab is not left half up.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const args = process.argv.slice(2);
if (wantsContainer(args)) {
  await reporting(async () => {
    process.exitCode = await runInContainer(args);
  });
} else if (looksIntoVm(args)) {
  await reporting(async () => {
    process.exitCode = await runInVm(args, !args.includes('--no-install'));
  });
} else {
  await program.parseAsync();
}

/**
 * `--substrate vm`: the same command in a virtual machine with another kernel. The machine has this one's root as its
 * own, so that nothing is installed in it; it stays up as long as it has a lab.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../lab/setup/index.ts';
import {
  bootLabMachine,
  type MachineRecord,
  NODE,
  Port,
  runningMachine,
  VmError,
} from '../../lab/vm/index.ts';
import { type VirtualHost, VM_VARIABLE } from '../measure/index.ts';
import { RESULTS } from './execute.ts';
import { kernelName, looksIntoVm, vmArguments } from './in-vm/vm-arguments.ts';

export { looksIntoVm } from './in-vm/vm-arguments.ts';

const ANSWER_MS = 30_000;
/** What a terminal and its user say; everything else is the machine's own. */
const ENVIRONMENT = ['CI', 'NO_COLOR', 'FORCE_COLOR', 'TERM', 'COLUMNS'] as const;
/** State of the machines of this clone, by the name of their kernel. */
const folderOf = (kernel: string): string =>
  path.join(ROOT, '.lab', '.vm', kernel.replaceAll(/[^\w.-]/g, '-'));

/**
 * Runs `churnlab ARGS` in the machine with the kernel that ARGS name; boots it when it is not up, and switches it off
 * when no lab is left in it. Resolves to the command's exit code.
 * @throws SetupError, VmError
 */
export async function runInVm(args: readonly string[], install: boolean): Promise<number> {
  const name = kernelName(args);
  const folder = folderOf(name);
  const running = runningMachine(folder);
  if (running === undefined && looksIntoVm(args)) {
    const option = name === 'distribution' ? '' : ` --kernel ${name}`;
    throw new VmError('not-up', `No such machine is up: npm run lab:up -- --substrate vm${option}`);
  }
  const machine = running ?? (await boot(name, folder, install));
  using port = await Port.open(folder);
  if (!(await port.answers(ANSWER_MS))) throw new VmError('not-up', 'The virtual machine does not answer');
  const command = [NODE, path.join(ROOT, 'src/cli/main.ts'), ...vmArguments(args)];
  const code = await port.run({
    argv: command,
    cwd: insideRepository(process.cwd()),
    env: environment(machine),
  });
  const empty = await port.run({
    argv: ['/bin/sh', '-c', 'for lab in .lab/*/lab.json; do [ ! -e "$lab" ] || exit 1; done'],
    cwd: ROOT,
    env: {},
  });
  if (empty === 0) await port.powerOff();
  return code;
}

async function boot(kernel: string, folder: string, install: boolean): Promise<MachineRecord> {
  const report = (line: string): void => void process.stderr.write(`churnlab: ${line}\n`);
  mkdirSync(RESULTS, { recursive: true });
  const shares = [{ tag: 'results', path: RESULTS, writable: true }];
  return await bootLabMachine(folder, { kernel, shares, install, report });
}

function environment({ kernel, accelerator }: MachineRecord): Record<string, string> {
  const host: VirtualHost = { kernel, emulated: accelerator === 'tcg' };
  const own = ENVIRONMENT.flatMap((name) =>
    process.env[name] === undefined ? [] : [[name, process.env[name]]],
  );
  return { ...Object.fromEntries(own), [VM_VARIABLE]: JSON.stringify(host) };
}

/** Where the command runs inside: the same folder, which the machine sees. */
function insideRepository(folder: string): string {
  return path.relative(ROOT, folder).startsWith('..') ? ROOT : folder;
}

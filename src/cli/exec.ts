import { spawn } from 'node:child_process';
import { once } from 'node:events';
import os from 'node:os';
import type { Command } from '@commander-js/extra-typings';
import { requireRoot } from '../../lab/setup/index.ts';
import { enter, findPlace, NetnsLab, type Place } from '../substrate/index.ts';
import { reporting } from './errors.ts';

const EXAMPLE = `
Examples:
  $ churnlab exec n1 -- ip route
  $ churnlab exec churn-000001 -- ip route get 203.0.113.1
  $ churnlab exec kube-system/dns -- ss -lntu
  $ churnlab exec outside -- tcpdump -ni eth0 -c 10
  $ churnlab exec n1 -- sh

The command is the machine's own, in the network of the target; in nodes and pods it also sees the node's /run, /sys,
/etc and /var/lib. It ends with the lab. Exit codes: that of the command, 128 and its number after a signal; 2 when
there is no such target, 1 when the pod has no network yet.`;

/** Adds `churnlab exec`. */
export function register(program: Command): void {
  program
    .command('exec')
    .description('run a command in a node, in a pod, or in what connects them')
    .argument('<target>', 'node (n1), pod (name, or namespace/name), outside, fabric')
    .argument('<command...>', 'program and its arguments; put -- before it')
    .option('--lab <name>', 'name of the lab', 'default')
    .addHelpText('after', EXAMPLE)
    .showHelpAfterError('(options of the command go behind --: churnlab exec n1 -- ip -br addr)')
    .action((target, command, { lab: name }) =>
      reporting(async () => {
        requireRoot('churnlab exec');
        process.exitCode = await run(await placeIn(name, target), command);
      }),
    );
}

async function placeIn(name: string, target: string): Promise<Place> {
  await using lab = await NetnsLab.open(name);
  return await findPlace(lab.record, lab.client, target);
}

/** Runs the command with this process' own input and output; resolves to its exit code. */
async function run(place: Place, command: readonly string[]): Promise<number> {
  const [program, ...args] = enter(place, command);
  const child = spawn(program!, args, { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const) {
    // A terminal sends Ctrl-C to both of us: the command decides what it means.
    const fromTerminal = process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGQUIT');
    process.on(signal, () => fromTerminal || child.kill(signal));
  }
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  return code ?? 128 + os.constants.signals[signal!];
}

import type { Command } from '@commander-js/extra-typings';
import colors from 'picocolors';
import type { LabStatus } from '../../substrate/index.ts';
import { columns } from '../columns.ts';
import { reporting } from '../errors.ts';
import { defaultName, openLab } from '../lab-place.ts';
import { substrateOption } from '../substrate-option.ts';

const EXAMPLE = `
Examples:
  $ npm run lab:status
  $ npm run -s lab:status -- --json | jq '.nodes[].pools'`;

/** Adds `churnlab lab status`. */
export function register(lab: Command): void {
  lab
    .command('status')
    .description('nodes, CIDRs with fill, pods, services, processes with CPU and memory')
    .option(
      '--name <name>',
      'name of the lab (default: "default"; of kind: "kind"; of kubeconfig: "cluster")',
    )
    .addOption(substrateOption())
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLE)
    .action(({ name, substrate, json }) =>
      reporting(async () => {
        await using lab = await openLab(name ?? defaultName(substrate));
        const status = await lab.status();
        process.stdout.write(json ? `${JSON.stringify(status, null, 2)}\n` : render(status));
      }),
    );
}

function render(status: LabStatus): string {
  const { pods } = status;
  const nodes = status.nodes.map((node) => [
    node.name,
    node.ready ? colors.green('Ready') : colors.red('NotReady'),
    node.ips.join(' '),
    [...node.pools.map(({ cidr, used, capacity }) => `${cidr} ${fill(used, capacity)}`), node.error]
      .filter(Boolean)
      .join('  ') || '-',
    String(node.pods),
  ]);
  const processes = status.processes.map(({ name, pid, restarts, cpuSeconds, rssBytes }) => [
    name,
    pid === 0 ? colors.red('down') : String(pid),
    String(restarts),
    `${cpuSeconds.toFixed(1)} s`,
    `${(rssBytes / 1e6).toFixed(0)} MB`,
  ]);
  const total = status.processes.reduce((sum, { rssBytes }) => sum + rssBytes, 0);
  return [
    `Lab ${colors.bold(status.name)}  ${status.substrate}, network ${status.network}, IPAM ${status.ipam}, services ${status.services}, up since ${status.createdAt}`,
    `API ${status.apiServer}  (kubectl --kubeconfig ${status.kubeconfig})`,
    `Pods ${pods.total}: ${pods.running} running, ${pods.pending} pending.  Services ${status.serviceCount}`,
    '',
    columns(['NODE', 'STATUS', 'ADDRESSES', 'POD CIDRS (USED/ALL)', 'PODS'], nodes),
    '',
    columns(['PROCESS', 'PID', 'RESTARTS', 'CPU', 'MEMORY'], processes),
    `${processes.length} processes, ${(total / 1e6).toFixed(0)} MB`,
    '',
  ].join('\n');
}

function fill(used: number, capacity: number): string {
  if (capacity === 0) return '';
  const share = (100 * used) / capacity;
  return colors.dim(`${used}/${capacity} (${share.toFixed(share > 0 && share < 10 ? 1 : 0)} %)`);
}

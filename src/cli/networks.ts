import type { Command } from '@commander-js/extra-typings';
import colors from 'picocolors';
import { NETWORKS_BY_NAME, type Network } from '../networks/index.ts';
import { columns } from './columns.ts';

const EXAMPLE = `
Examples:
  $ churnlab networks
  $ churnlab lab up --network flannel --routing vxlan
  $ churnlab run scenarios/pod-churn.yaml --network cni:my.conflist --cni-bin ./plugins
  $ churnlab lab up --substrate kind --network helm:./acme --image-archive acme.tar

docs/networks.md says how to add one.`;

/** Adds `churnlab networks`. */
export function register(program: Command): void {
  program
    .command('networks')
    .description('what can connect the pods of a lab: which networks there are, where, and why not')
    .option('--json', 'print JSON')
    .addHelpText('after', EXAMPLE)
    .action(({ json }) => {
      const rows = Object.values(NETWORKS_BY_NAME).map(rowOf);
      process.stdout.write(json ? `${JSON.stringify(rows, null, 2)}\n` : table(rows));
    });
}

/** A network, as `--json` prints it. */
function rowOf({ name, summary, ipam, fit, state, traced, process, netns, onKind, absent }: Network) {
  const there = (part: object | undefined, why: string | undefined) =>
    part && why === undefined ? { available: true } : { available: false, reason: why };
  return {
    name,
    summary,
    ipam,
    ...fit,
    state,
    traced,
    process: process ?? null,
    substrates: { netns: there(netns, absent?.netns), kind: there(onKind, absent?.kind) },
  };
}

function table(rows: readonly ReturnType<typeof rowOf>[]): string {
  const mark = ({ available }: { readonly available: boolean }) =>
    available ? colors.green('yes') : colors.dim('no');
  const head = ['NETWORK', 'NETNS', 'KIND', 'ROUTING', 'IPAM', 'IPAM MODES', 'SERVICES'];
  const lines = rows.map((row) => [
    row.name,
    mark(row.substrates.netns),
    mark(row.substrates.kind),
    row.routings.join(' '),
    row.ipam,
    row.ipamModes.join(' '),
    row.services.join(' '),
  ]);
  const notes = rows.flatMap(({ name, summary, substrates }) => [
    `  ${name}: ${summary}`,
    ...Object.entries(substrates).flatMap(([place, each]) =>
      each.available ? [] : [colors.dim(`    not on ${place}: ${'reason' in each ? each.reason : ''}`)],
    ),
  ]);
  return `${columns(head, lines)}\n\n${notes.join('\n')}\n\n  cni:FILE with --cni-bin FOLDER: any other, on netns\n  helm:CHART, manifest:PATH with --image-archive FILE: any other, on kind\n`;
}

import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from '@commander-js/extra-typings';
import colors from 'picocolors';
import type { IpamView } from '../../substrate/index.ts';
import { reporting } from '../errors.ts';
import { openLab } from '../lab-place.ts';
import { renderIpam } from './render.ts';

/** Time between two looks of --watch, ms. */
const EVERY_MS = 1000;
/** To the upper left corner, and erase to the end of the screen (ECMA-48 CUP and ED). */
const HOME = '\x1b[H\x1b[J';
/** Columns where nobody says how many there are. */
const WIDTH = 100;

const EXAMPLE = `
Examples:
  $ churnlab ipam show
  $ churnlab ipam show --name big --watch
  $ churnlab ipam show --json | jq '.waiting'

A piece is what a node gets at a time. Reserved and unused are addresses in CIDRs of nodes that no pod has; resting
are those in cooldown. With --json, --watch prints one object a line.`;

/** Adds `churnlab ipam show`. */
export function register(ipam: Command): void {
  ipam
    .command('show')
    .description('pools with their pieces, fill by node and CIDR, who waits, fragmentation')
    .option('--name <name>', 'name of the lab', 'default')
    .option('--json', 'print JSON')
    .option('--watch', 'look again every second until Ctrl-C')
    .option('--all', 'every node and every free stretch, however many')
    .addHelpText('after', EXAMPLE)
    .action(({ name, json = false, watch = false, all = false }) =>
      reporting(async () => {
        await using lab = await openLab(name);
        const text = (view: IpamView): string => {
          if (json) return `${JSON.stringify(view, null, watch ? 0 : 2)}\n`;
          const width = process.stdout.columns ?? WIDTH;
          return renderIpam(view, { lab: name, now: Date.now(), width, all, colors });
        };
        if (!watch) {
          process.stdout.write(text(await lab.ipam()));
          return;
        }
        let isRead = true;
        process.stdout.once('error', () => {
          isRead = false;
        });
        while (isRead) {
          const shown = text(await lab.ipam());
          process.stdout.write(process.stdout.isTTY && !json ? HOME + cutToScreen(shown) : shown);
          await sleep(EVERY_MS);
        }
      }),
    );
}

/** As many lines as the terminal has: one more would scroll, and the next look begin in the middle. */
function cutToScreen(text: string): string {
  const lines = text.split('\n');
  const rows = process.stdout.rows ?? lines.length;
  return lines.length <= rows ? text : [...lines.slice(0, rows - 2), '…', ''].join('\n');
}

import type { Command } from '@commander-js/extra-typings';
import colors from 'picocolors';
import { requireRoot } from '../../../lab/setup/index.ts';
import { ensureTool } from '../../../lab/tools/index.ts';
import { testConnectivity } from '../../connectivity/index.ts';
import { NetnsLab } from '../../substrate/index.ts';
import { pattern } from '../arguments.ts';
import { reporting } from '../errors.ts';
import { INTERRUPTED, Interruption } from '../interruption.ts';
import { Steps } from '../steps.ts';
import { renderConnectivity } from './render.ts';

/** A row does not hold: what must hold exactly was broken. */
const BROKEN = 4;

const EXAMPLE = `
Examples:
  $ churnlab connectivity test
  $ churnlab connectivity test --lab big --only '^ClusterIP: pod'
  $ churnlab connectivity test --json | jq '.rows[] | select(any(.cells[]; .status == "fail")) | .name'

Makes pods and Services in a namespace of its own, dials them from a pod, a node and outside, and removes them again.
--only is held against "GROUP: FROM > TO > BACKEND". docs/services.md says what each row means.
Exit codes: 0 all that can be asked here holds, 4 something does not, 2 wrong input, 1 it could not be tested,
130 interrupted.`;

/** Adds `churnlab connectivity test`. */
export function register(connectivity: Command): void {
  connectivity
    .command('test')
    .description('walk the truth table: TCP and UDP, from pod, node and outside, by every kind of address')
    .option('--lab <name>', 'name of the lab', 'default')
    .option('--json', 'print JSON')
    .option('--only <regex>', 'only the rows that match', pattern)
    .addHelpText('after', EXAMPLE)
    .action(({ lab: name, json = false, only }) =>
      reporting(async () => {
        requireRoot('churnlab connectivity test');
        await using lab = await NetnsLab.open(name);
        const steps = new Steps();
        using interrupted = new Interruption();
        try {
          const onProgress = steps.begin;
          const dialer = await ensureTool('podnet-dialer', { onProgress });
          const responder = await ensureTool('podnet-responder', { onProgress });
          const result = await testConnectivity({
            lab,
            programs: { dialer, responder },
            ...(only === undefined ? {} : { only }),
            progress: steps.begin,
            signal: interrupted.signal,
          });
          steps.end();
          const text = json ? `${JSON.stringify(result, null, 2)}\n` : renderConnectivity(result, colors);
          process.stdout.write(text);
          if (result.totals.fail > 0) process.exitCode = BROKEN;
        } catch (error) {
          steps.fail();
          if (!interrupted.signal.aborted) throw error;
          process.exitCode = INTERRUPTED;
        }
      }),
    );
}

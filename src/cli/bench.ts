import { writeFileSync } from 'node:fs';
import { Argument, type Command } from '@commander-js/extra-typings';
import { FULL, QUICK, runCniSuite, toJson, toMarkdown, toText } from '../bench/index.ts';
import { reporting } from './errors.ts';
import { prepare } from './prepare.ts';
import { Steps } from './steps.ts';

/** As a shell reports a command that SIGINT ended. */
const INTERRUPTED = 130;

const EXAMPLE = `
Examples:
  $ npm run bench -- cni --quick
  $ npm run bench -- cni --markdown docs/performance.md

Uses labs of its own (bench-...) and takes them down again. Leave the machine alone meanwhile: a quarter of an hour
or more, a minute and a half with --quick.`;

/** Adds `churnlab bench`. */
export function register(program: Command): void {
  program
    .command('bench')
    .description('measure what the CNI costs, beside the reference plugins and the bare kernel work')
    .addArgument(new Argument('<suite>', 'what to measure').choices(['cni']))
    .option('--quick', 'fewer samples, nothing with thousands of pods')
    .option('--json', 'print the result with all samples as JSON')
    .option('--markdown <file>', 'write the result as a page of documentation')
    .option('--no-install', 'install nothing; say what is missing')
    .option('--in-container', 'do it in a privileged container')
    .addHelpText('after', EXAMPLE)
    .action((_suite, { quick, json, markdown, install }) =>
      reporting(async () => {
        const steps = new Steps();
        const interrupted = new AbortController();
        const onSignal = (): void => {
          if (interrupted.signal.aborted) process.exit(INTERRUPTED);
          process.stderr.write('\nending early: taking the labs down (again to give up)\n');
          interrupted.abort();
        };
        process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
        try {
          const result = await runCniSuite({
            plan: quick ? QUICK : FULL,
            prepare: (spec) => prepare('bench', spec, install, steps.begin),
            progress: steps.begin,
            signal: interrupted.signal,
          });
          steps.end();
          process.stdout.write(json ? toJson(result) : toText(result));
          if (markdown !== undefined) writeFileSync(markdown, toMarkdown(result));
        } catch (error) {
          steps.fail();
          if (!interrupted.signal.aborted) throw error;
          process.exitCode = INTERRUPTED;
        } finally {
          process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
        }
      }),
    );
}

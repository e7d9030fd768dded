import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Argument, type Command } from '@commander-js/extra-typings';
import { ensureToolFolder } from '../../lab/tools/index.ts';
import {
  FULL,
  IPAM_FULL,
  IPAM_QUICK,
  ipamJson,
  ipamMarkdown,
  ipamText,
  placePart,
  QUICK,
  runCniSuite,
  runIpamSuite,
  runServicesSuite,
  SERVICES_FULL,
  SERVICES_QUICK,
  type SuiteOptions,
  servicesJson,
  servicesMarkdown,
  servicesText,
  toJson,
  toMarkdown,
  toText,
} from '../bench/index.ts';
import { reporting } from './errors.ts';
import { prepare } from './prepare.ts';
import { Steps } from './steps.ts';
import { dialPrograms } from './traffic-programs.ts';

/** As a shell reports a command that SIGINT ended. */
const INTERRUPTED = 130;

const EXAMPLE = `
Examples:
  $ npm run bench -- cni --quick
  $ npm run bench -- cni --markdown docs/performance.md
  $ npm run bench -- ipam --markdown docs/performance.md
  $ npm run bench -- services --quick

cni: what a pod's network costs, beside the reference plugins and the bare kernel work. ipam: what it takes to hand out
addresses and node CIDRs, beside host-local and the real kube-controller-manager, and how fast the simulation is. services: connections and changes
through eBPF and the real kube-proxy, beside direct ones, up to 10,000 Services.
Uses labs of its own (bench-...) and takes them down again. Leave the machine alone meanwhile: a quarter of an hour
or more, a minute or two with --quick.`;

/** A result in the forms in which it is wanted. */
interface Shown {
  readonly text: () => string;
  readonly json: () => string;
  readonly markdown: () => string;
}

type Context = Omit<SuiteOptions, 'plan'>;

const SUITES = {
  cni: async (context: Context, quick: boolean): Promise<Shown> => {
    const result = await runCniSuite({ ...context, plan: quick ? QUICK : FULL });
    return {
      text: () => toText(result),
      json: () => toJson(result),
      markdown: () => toMarkdown(result),
    };
  },
  ipam: async (context: Context, quick: boolean): Promise<Shown> => {
    const folder = await ensureToolFolder(['host-local'], { onProgress: context.progress });
    const hostLocal = path.join(folder, 'host-local');
    const result = await runIpamSuite({ ...context, hostLocal, plan: quick ? IPAM_QUICK : IPAM_FULL });
    return {
      text: () => ipamText(result),
      json: () => ipamJson(result),
      markdown: () => ipamMarkdown(result),
    };
  },
  services: async (context: Context, quick: boolean): Promise<Shown> => {
    const programs = await dialPrograms(context.progress);
    const result = await runServicesSuite({
      ...context,
      programs,
      plan: quick ? SERVICES_QUICK : SERVICES_FULL,
    });
    return {
      text: () => servicesText(result),
      json: () => servicesJson(result),
      markdown: () => servicesMarkdown(result),
    };
  },
} as const;

/** Adds `churnlab bench`. */
export function register(program: Command): void {
  program
    .command('bench')
    .description('measure what the CNI, handing out addresses, or Services cost beside the reference')
    .addArgument(new Argument('<suite>', 'what to measure').choices(['cni', 'ipam', 'services']))
    .option('--quick', 'fewer samples, nothing with thousands of pods')
    .option('--json', 'print the result with all samples as JSON')
    .option('--markdown <file>', 'write the result as its part of a page of documentation')
    .option('--no-install', 'install nothing; say what is missing')
    .option('--in-container', 'do it in a privileged container')
    .addHelpText('after', EXAMPLE)
    .action((suite, { quick, json, markdown, install }) =>
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
          const shown = await SUITES[suite](
            {
              prepare: (spec) => prepare('bench', spec, install, steps.begin),
              progress: steps.begin,
              signal: interrupted.signal,
            },
            quick ?? false,
          );
          steps.end();
          process.stdout.write(json ? shown.json() : shown.text());
          if (markdown !== undefined) {
            const page = existsSync(markdown) ? readFileSync(markdown, 'utf8') : '';
            writeFileSync(markdown, placePart(page, suite, shown.markdown()));
          }
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

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Argument, type Command, Option } from '@commander-js/extra-typings';
import { stopDocker } from '../../lab/docker/index.ts';
import { ensureToolFolder } from '../../lab/tools/index.ts';
import {
  FULL,
  IPAM_FULL,
  IPAM_QUICK,
  ipamJson,
  ipamMarkdown,
  ipamText,
  KIND_FULL,
  KIND_QUICK,
  kindJson,
  kindMarkdown,
  kindText,
  type Part,
  placePart,
  QUICK,
  runCniSuite,
  runIpamSuite,
  runKindSuite,
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
import { LabError } from '../substrate/index.ts';
import { reporting } from './errors.ts';
import { defaultsOf, upSpec } from './lab/up-spec.ts';
import { prepare } from './prepare.ts';
import { prepareKind } from './prepare-kind.ts';
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
  $ npm run bench -- kind --network ptp

cni: what a pod's network costs, beside the reference plugins and the bare kernel work. ipam: what it takes to hand out
addresses and node CIDRs, beside host-local and the real kube-controller-manager, and how fast the simulation is. services: connections and changes
through eBPF and the real kube-proxy, beside direct ones, up to 10,000 Services. kind: a lab of real Kubernetes, from nothing to all
pods Ready; what its network adds to what kubelet and containerd do; agents that restart under traffic.
Uses labs of its own (bench-...) and takes them down again. Leave the machine alone meanwhile: a quarter of an hour
or more, a minute or two with --quick.`;

/** A result in the forms in which it is wanted. */
interface Shown {
  readonly text: () => string;
  readonly json: () => string;
  readonly markdown: () => string;
  /** Where on a page; the suite's own place unless it says otherwise. */
  readonly part?: Part;
}

interface Context extends Omit<SuiteOptions, 'plan'> {
  readonly install: boolean;
}

/** Of suite kind, one cluster each. */
const KIND_NETWORKS = ['churnlab', 'bridge', 'ptp'] as const;
type KindNetwork = (typeof KIND_NETWORKS)[number];

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
  kind: async (context: Context, quick: boolean, network: KindNetwork): Promise<Shown> => {
    const { install, progress, signal } = context;
    const result = await runKindSuite({
      plan: quick ? KIND_QUICK : KIND_FULL,
      spec: upSpec({ ...defaultsOf('kind', network), network }),
      machine: {
        prepare: (spec, tell) => prepareKind('bench', spec, { install }, tell),
        release: async () => void (await stopDocker()),
      },
      programs: await dialPrograms(progress),
      ...{ progress, signal },
    });
    return {
      text: () => kindText(result),
      json: () => kindJson(result),
      markdown: () => kindMarkdown(result),
      part: network === 'churnlab' ? 'kind' : `kind --network ${network}`,
    };
  },
} as const;

/** Adds `churnlab bench`. */
export function register(program: Command): void {
  program
    .command('bench')
    .description(
      'measure what the CNI, handing out addresses, Services, or a kind lab cost beside the reference',
    )
    .addArgument(new Argument('<suite>', 'what to measure').choices(['cni', 'ipam', 'services', 'kind']))
    .addOption(
      new Option('--network <name>', 'of suite kind: what connects the pods (default: churnlab)').choices(
        KIND_NETWORKS,
      ),
    )
    .option('--quick', 'fewer samples, nothing with thousands of pods')
    .option('--json', 'print the result with all samples as JSON')
    .option('--markdown <file>', 'write the result as its part of a page of documentation')
    .option('--no-install', 'install nothing; say what is missing')
    .option('--in-container', 'do it in a privileged container')
    .addHelpText('after', EXAMPLE)
    .action((suite, { quick, json, markdown, install, network }) =>
      reporting(async () => {
        if (network !== undefined && suite !== 'kind') {
          throw new LabError('bad-spec', `Suite ${suite} has its own networks: --network is of suite kind`);
        }
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
              install,
            },
            quick ?? false,
            network ?? 'churnlab',
          );
          steps.end();
          process.stdout.write(json ? shown.json() : shown.text());
          if (markdown !== undefined) {
            const page = existsSync(markdown) ? readFileSync(markdown, 'utf8') : '';
            writeFileSync(markdown, placePart(page, shown.part ?? suite, shown.markdown()));
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

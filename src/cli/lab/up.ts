import path from 'node:path';
import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import colors from 'picocolors';
import { virtualHost } from '../../measure/index.ts';
import {
  IPAM_MODES,
  isShort,
  type LabSpec,
  loadScenario,
  NETWORKS,
  parseDuration,
  plan,
  ROUTINGS,
  SERVICES,
} from '../../scenario/index.ts';
import { LabDirectory, LabError, NetnsLab, up } from '../../substrate/index.ts';
import { list, whole } from '../arguments.ts';
import { reporting } from '../errors.ts';
import { executeAndShow } from '../execute.ts';
import { runInVm } from '../in-vm.ts';
import { prepare } from '../prepare.ts';
import { Steps } from '../steps.ts';
import { kernelOption, substrateOption } from '../substrate-option.ts';
import { DEFAULTS, upSpec } from './up-spec.ts';

const SMOKE = path.resolve(import.meta.dirname, '../../../scenarios/smoke.yaml');

const EXAMPLE = `
Examples:
  $ npm run lab:up
  $ npm run lab:up -- --nodes 10 --name big --pool 10.20.0.0/16 --node-mask 22
  $ npm run lab:up -- --network bridge --name reference
  $ npm run lab:up -- --node-ipam kcm --name kcm

The lab stays up until it is taken down (npm run lab:down).`;

const duration = (text: string): string => {
  if (parseDuration(text) === undefined) throw new InvalidArgumentError('Expected a duration such as `10s`.');
  return text;
};

/** Adds `churnlab lab up`. */
export function register(lab: Command): void {
  lab
    .command('up')
    .description('bring a lab up, prove it with a short churn, leave it running')
    .option('--name <name>', 'name of the lab', 'default')
    .option('--nodes <n>', 'how many nodes', whole, DEFAULTS.nodes)
    .addOption(
      new Option('--network <name>', 'what connects the pods').choices(NETWORKS).default(DEFAULTS.network),
    )
    .addOption(
      new Option('--routing <how>', 'how packets reach other nodes')
        .choices(ROUTINGS)
        .default(DEFAULTS.routing),
    )
    .addOption(
      new Option('--services <name>', 'what implements Services')
        .choices(SERVICES)
        .default(DEFAULTS.services),
    )
    .addOption(
      new Option('--ipam <mode>', 'who gives nodes their CIDRs').choices(IPAM_MODES).default(DEFAULTS.ipam),
    )
    .addOption(
      new Option('--node-ipam <who>', 'kcm: the real kube-controller-manager, the same as --ipam kcm')
        .choices(['kcm'] as const)
        .conflicts('ipam'),
    )
    .option(
      '--pool <cidr>',
      'CIDR of pods; repeat it, or separate by commas (both families may be named)',
      list,
    )
    .option('--node-mask <length>', 'prefix length of an IPv4 node CIDR', whole, DEFAULTS.nodeMask)
    .option('--node-mask6 <length>', 'prefix length of an IPv6 node CIDR', whole, DEFAULTS.nodeMask6)
    .option('--cooldown <duration>', 'rest of a released address', duration, DEFAULTS.cooldown)
    .addOption(substrateOption().default('netns' as const))
    .addOption(kernelOption())
    .option('--no-smoke', 'do not prove it with a churn')
    .option('--no-install', 'install nothing; say what is missing')
    .option('--in-container', 'do it in a privileged container')
    .addHelpText('after', EXAMPLE)
    .action((options) =>
      reporting(async () => {
        if (options.substrate !== 'netns' && options.substrate !== 'vm') {
          throw new LabError(
            'bad-spec',
            `This version brings up labs on netns and vm, not yet on ${options.substrate}: leave --substrate out`,
          );
        }
        const spec = upSpec(options);
        const directory = new LabDirectory(options.name);
        const steps = new Steps();
        if (options.substrate === 'vm' && !virtualHost()) {
          await prepare('lab up', spec, options.install, steps.begin);
          steps.end();
          process.exitCode = await runInVm(process.argv.slice(2), options.install);
          return;
        }
        const begun = performance.now();
        try {
          const upOptions = await prepare('lab up', spec, options.install, steps.begin);
          await up(directory, spec, upOptions);
          steps.end();
        } catch (error) {
          steps.fail();
          throw error;
        }
        const took = ((performance.now() - begun) / 1000).toFixed(1);
        process.stderr.write(`Lab ${options.name} is up: ${options.nodes} nodes in ${took} s\n\n`);
        if (options.smoke) await prove(options.name, spec);
        process.stdout.write(nextCommands(options.name, directory));
      }),
    );
}

/** The smoke scenario's load on the lab as it is. */
async function prove(name: string, spec: LabSpec): Promise<void> {
  const source = loadScenario(SMOKE);
  const scenario = source.on('netns');
  const adapted = { ...scenario, spec: { ...scenario.spec, lab: spec } };
  const { addresses } = plan(adapted);
  if (addresses.some(({ perNode, total }) => (perNode && isShort(perNode)) || isShort(total))) {
    process.stderr.write(
      'Not proved by a churn: this lab has fewer addresses than scenarios/smoke.yaml needs\n',
    );
    return;
  }
  await using lab = await NetnsLab.open(name);
  process.stderr.write('Proving it with a short churn (scenarios/smoke.yaml)\n');
  await executeAndShow({ lab, source, scenario: adapted });
  process.stdout.write('\n');
}

function nextCommands(name: string, directory: LabDirectory): string {
  const flag = name === 'default' ? '' : ` -- --name ${name}`;
  const rows = [
    [`npm run lab:status${flag}`, 'nodes, CIDRs with fill, pods, processes'],
    [`kubectl --kubeconfig ${path.relative('', directory.kubeconfig)} get nodes,pods -A`, ''],
    ['npm run scenario -- scenarios/pod-churn.yaml', 'thousands of short-lived pods, in a lab of its own'],
    ['npm run lab:up -- --substrate kind', 'the same on real Kubernetes (says so while it cannot)'],
    [`npm run lab:down${flag}`, 'take it down'],
  ] as const;
  const width = Math.max(...rows.map(([command]) => command.length));
  const lines = rows.map(([command, why]) =>
    `  ${colors.cyan(command.padEnd(width))}  ${colors.dim(why)}`.trimEnd(),
  );
  return `Next:\n${lines.join('\n')}\n`;
}

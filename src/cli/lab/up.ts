import { type Command, InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { virtualHost } from '../../measure/index.ts';
import { IP_FAMILIES, IPAM_MODES, parseDuration, ROUTINGS, SERVICES } from '../../scenario/index.ts';
import { LabDirectory, LabError } from '../../substrate/index.ts';
import { list, whole } from '../arguments.ts';
import { contextOption, imageOption, kubeconfigOption, otherWorkloadsOption } from '../cluster-option.ts';
import { reporting } from '../errors.ts';
import { runInVm } from '../in-vm.ts';
import { bringUp, defaultName } from '../lab-place.ts';
import { withMachineServices } from '../machine-services.ts';
import { cniBinOption, imageArchiveOption, networkOption, valuesOption } from '../network-option.ts';
import { prepare } from '../prepare.ts';
import { Steps } from '../steps.ts';
import { kernelOption, substrateOption } from '../substrate-option.ts';
import { attachLab } from './attach.ts';
import { nextCommands } from './next-commands.ts';
import { prove } from './prove.ts';
import { DEFAULTS, defaultsOf, upSpec } from './up-spec.ts';

const EXAMPLE = `
Examples:
  $ npm run lab:up
  $ npm run lab:up -- --nodes 10 --name big --pool 10.20.0.0/16 --node-mask 22
  $ npm run lab:up -- --network bridge --name reference
  $ npm run lab:up -- --node-ipam kcm --name kcm
  $ npm run lab:up -- --substrate kind --nodes 3
  $ npm run lab:up -- --substrate kubeconfig --context staging
  $ npm run -s lab:up -- --substrate kubeconfig --dry-run --json
  $ npm run lab:up -- --substrate kind --network flannel --routing vxlan
  $ npm run lab:up -- --substrate kind --network helm:./acme --values acme.yaml --image-archive acme.tar

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
    .option(
      '--name <name>',
      'name of the lab (default: "default"; on kind: "kind"; on kubeconfig: "cluster")',
    )
    .option('--nodes <n>', 'how many nodes (default: 4; on kind: 3, the control plane among them)', whole)
    .addOption(networkOption())
    .addOption(cniBinOption())
    .addOption(valuesOption())
    .option(
      '--set <value>',
      'with --network helm:CHART: a single value, as helm takes it; may be repeated',
      (text, before: readonly string[] | undefined): readonly string[] => [...(before ?? []), text],
    )
    .addOption(imageArchiveOption())
    .addOption(
      new Option('--routing <how>', 'how packets reach other nodes')
        .choices(ROUTINGS)
        .default(DEFAULTS.routing),
    )
    .addOption(
      new Option(
        '--services <name>',
        "what implements Services; iptables: the machine's own of the two (default: none; on kind: ebpf)",
      ).choices(SERVICES),
    )
    .addOption(
      new Option('--ipam <mode>', `who gives nodes their CIDRs (default: ${DEFAULTS.ipam})`).choices(
        IPAM_MODES,
      ),
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
    .addOption(
      new Option('--ip-family <family>', 'families of pods when no --pool is named')
        .choices(IP_FAMILIES)
        .conflicts('pool'),
    )
    .option('--node-mask <length>', 'prefix length of an IPv4 node CIDR (default: 22; on kind: 24)', whole)
    .option('--node-mask6 <length>', 'prefix length of an IPv6 node CIDR', whole, DEFAULTS.nodeMask6)
    .option('--cooldown <duration>', 'rest of a released address', duration, DEFAULTS.cooldown)
    .addOption(substrateOption().default('netns' as const))
    .addOption(kernelOption())
    .addOption(new Option('--kubernetes <version>', 'of substrate kind').choices(['1.34'] as const))
    .addOption(
      new Option('--node-image <how>', 'of substrate kind: build it, even where one can be pulled').choices([
        'build',
      ] as const),
    )
    .option('--retain', 'of substrate kind: leave a cluster that did not come up for a look')
    .addOption(contextOption())
    .addOption(kubeconfigOption())
    .addOption(imageOption())
    .addOption(otherWorkloadsOption())
    .option('--dry-run', 'of substrate kubeconfig: look at the cluster and make nothing')
    .option('--json', 'of substrate kubeconfig: print what was found as JSON')
    .option('--rbac', 'of substrate kubeconfig: print the roles that whoever runs needs, and do nothing')
    .option('--no-smoke', 'do not prove it with a churn')
    .option('--no-install', 'install nothing; say what is missing')
    .option('--in-container', 'do it in a privileged container')
    .addHelpText('after', EXAMPLE)
    .action((options) =>
      reporting(async () => {
        const { substrate, install } = options;
        if (substrate === 'sim') {
          throw new LabError('bad-spec', 'There is no lab to bring up on sim: run a scenario there');
        }
        if (substrate === 'kubeconfig') {
          await attachLab(options);
          return;
        }
        const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
        const say = (line: string): boolean => process.stderr.write(`${line}\n`);
        const asked = upSpec({ ...defaultsOf(substrate, options.network), ...given });
        const spec = await withMachineServices(asked, substrate, say);
        const name = options.name ?? defaultName(substrate);
        const directory = new LabDirectory(name);
        const steps = new Steps();
        if (substrate === 'vm' && !virtualHost()) {
          await prepare('lab up', spec, install, steps.begin);
          steps.end();
          process.exitCode = await runInVm(process.argv.slice(2), install);
          return;
        }
        const begun = performance.now();
        try {
          const { retain, nodeImage, kubernetes } = options;
          const kind = { retain, nodeImage, kubernetes };
          await bringUp(directory, {
            ...{ command: 'lab up', substrate, spec, install, progress: steps.begin },
            ...kind,
          });
          steps.end();
        } catch (error) {
          steps.fail();
          throw error;
        }
        const took = ((performance.now() - begun) / 1000).toFixed(1);
        process.stderr.write(`Lab ${name} is up: ${spec.nodes} nodes in ${took} s\n\n`);
        if (options.smoke) await prove(name, substrate, spec);
        process.stdout.write(nextCommands(directory, substrate));
      }),
    );
}

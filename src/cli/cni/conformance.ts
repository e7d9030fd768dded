import path from 'node:path';
import type { Command } from '@commander-js/extra-typings';
import colors from 'picocolors';
import { requireRoot } from '../../../lab/setup/index.ts';
import {
  ConformanceError,
  conformanceLab,
  requirementsLike,
  testConformance,
} from '../../conformance/index.ts';
import { NamespaceDaemon } from '../../kernel/index.ts';
import { type LabSpec, labSpec } from '../../scenario/index.ts';
import { LabDirectory, NetnsLab } from '../../substrate/index.ts';
import { pattern } from '../arguments.ts';
import { reporting } from '../errors.ts';
import { INTERRUPTED, Interruption } from '../interruption.ts';
import { bringUp, takeDown } from '../lab-place.ts';
import { cniBinOption, networkOption } from '../network-option.ts';
import { Steps } from '../steps.ts';
import { renderConformance } from './render.ts';

const COMMAND = 'cni conformance';
/** A requirement does not hold. */
const BROKEN = 3;
/** The lab of this command: there while it runs. */
const LAB = 'conformance';

const EXAMPLE = `
Examples:
  $ churnlab cni conformance
  $ churnlab cni conformance --network bridge
  $ churnlab cni conformance --cni-bin ./plugins my.conflist
  $ churnlab cni conformance --network ptp --only 'CHECK' --json | jq .totals

Makes a lab of one node, executes the plugins in it as a runtime does and as none should, and removes it again.
Without a network it is our own.
--only is held against "SECTION: NAME" of a requirement. docs/conformance.md has what is asked, and what was found.
Exit codes: 0 all that is asked holds or is a known deviation, 3 something does not, 2 wrong input, 1 it could not
be tested, 130 interrupted.`;

/** Adds `churnlab cni conformance`. */
export function register(cni: Command): void {
  cni
    .command('conformance')
    .description("hold a network's plugins against the CNI specification, section by section")
    .argument('[conflist]', 'a configuration list, with --cni-bin; its plugins are what is tested')
    .addOption(networkOption().default(undefined, 'churnlab'))
    .addOption(cniBinOption())
    .option('--json', 'print JSON')
    .option('--only <regex>', 'only the requirements that match', pattern)
    .option('--no-install', 'install nothing; say what is missing')
    .addHelpText('after', EXAMPLE)
    .action((conflist, { network, cniBin, json = false, only, install }) =>
      reporting(async () => {
        requireRoot(`churnlab ${COMMAND}`);
        const asked = networkAsked(network, conflist);
        const requirements = requirementsLike(only);
        const spec = labSpec(conformanceLab({ network: asked, ...(cniBin !== undefined && { cniBin }) }));
        const steps = new Steps();
        using interrupted = new Interruption();
        try {
          const { signal } = interrupted;
          const result = await inLab(spec, install, steps.begin, async (lab) => {
            const { name, pid } = lab.record.nodes[0]!;
            using daemon = await NamespaceDaemon.connect(lab.directory.daemon(name));
            return await testConformance({
              node: { name, pid, daemon },
              cniPath: lab.record.cniPath,
              requirements,
              progress: steps.begin,
              signal,
            });
          });
          steps.end();
          const text = json ? `${JSON.stringify(result, null, 2)}\n` : renderConformance(result, colors);
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

/** @throws ConformanceError two-networks */
function networkAsked(
  network: LabSpec['network'] | undefined,
  conflist: string | undefined,
): LabSpec['network'] {
  if (conflist === undefined) return network ?? 'churnlab';
  if (network === undefined) return `cni:${path.resolve(conflist)}`;
  throw new ConformanceError(
    'two-networks',
    `Expected --network or a configuration list, got ${network} and ${conflist}`,
  );
}

/** Does something in a lab that is there for it alone. */
async function inLab<T>(
  spec: LabSpec,
  install: boolean,
  progress: (step: string) => void,
  work: (lab: NetnsLab) => Promise<T>,
): Promise<T> {
  const directory = new LabDirectory(LAB);
  await bringUp(directory, { command: COMMAND, substrate: 'netns', spec, install, progress });
  try {
    await using lab = await NetnsLab.open(LAB);
    return await work(lab);
  } finally {
    await takeDown(directory, progress);
  }
}

import path from 'node:path';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { type Cell, isNetworkName, type LabSpec, NETWORKS, networkBeside } from '../scenario/index.ts';

type Name = LabSpec['network'];

/** What a network that is brought along needs besides its name. */
interface BroughtOptions {
  readonly cniBin?: string | undefined;
  /** Files with values of a chart. */
  readonly values?: readonly string[] | undefined;
  readonly imageArchive?: readonly string[] | undefined;
}

/** A network as it is typed; a path is meant from where the command is typed. */
function parseNetwork(text: string): Name {
  if (isNetworkName(text)) return text;
  if (/^(cni|helm|manifest):.+$/.test(text)) return networkBeside(text as Name, (file) => path.resolve(file));
  throw new InvalidArgumentError(
    `Expected one of ${NETWORKS.join(', ')}, cni:FILE, helm:CHART or manifest:PATH.`,
  );
}

/** `--network` of one lab. */
export function networkOption() {
  return new Option(
    '--network <name>',
    'what connects the pods: a network (churnlab networks), cni:FILE, on kind helm:CHART[@VERSION] or manifest:PATH',
  )
    .argParser(parseNetwork)
    .default('churnlab' as Name);
}

/** `--network` of a scenario, which may be named several times: each is a combination. */
export function networksOption() {
  return new Option(
    '--network <name>',
    "in place of the scenario's: a network (churnlab networks), cni:FILE, helm:CHART or manifest:PATH; may be repeated",
  ).argParser((text, before: readonly Name[] | undefined): readonly Name[] => [
    ...(before ?? []),
    parseNetwork(text),
  ]);
}

/** `--cni-bin`: what network `cni:` needs. */
export function cniBinOption() {
  return new Option('--cni-bin <folder>', 'with --network cni:FILE: the folder with its plugins').argParser(
    (text) => path.resolve(text),
  );
}

/** `--values` of network `helm:`. */
export function valuesOption() {
  return filesOption('--values <file>', 'with --network helm:CHART: a file with values; may be repeated');
}

/** `--image-archive` of networks `helm:` and `manifest:`. */
export function imageArchiveOption() {
  return filesOption(
    '--image-archive <file>',
    'with --network helm: or manifest: an archive of images that it needs (nothing is pulled); may be repeated',
  );
}

function filesOption<Flags extends string>(flags: Flags, description: string) {
  return new Option(flags, description).argParser(
    (text, before: readonly string[] | undefined): readonly string[] => [
      ...(before ?? []),
      path.resolve(text),
    ],
  );
}

/** The combinations of a matrix with other networks in the place of its own; as they are when none is named. */
export function withNetworks(
  cells: readonly Cell[],
  networks: readonly Name[] | undefined,
  { cniBin, values, imageArchive }: BroughtOptions,
): readonly Cell[] {
  if (networks === undefined) return cells;
  const others = new Map(cells.map(({ network: _, ...rest }) => [JSON.stringify(rest), rest] as const));
  const brought = (network: Name): Cell => ({
    ...(network.startsWith('cni:') && cniBin !== undefined && { cniBin }),
    ...(network.startsWith('helm:') && values && { networkValues: values.join() }),
    ...(/^(helm|manifest):/.test(network) && imageArchive && { imageArchives: imageArchive.join() }),
  });
  return networks.flatMap((network) =>
    [...others.values()].map((rest) => ({ ...rest, network, ...brought(network) })),
  );
}

import path from 'node:path';
import { InvalidArgumentError, Option } from '@commander-js/extra-typings';
import { type Cell, isNetworkName, type LabSpec, NETWORKS } from '../scenario/index.ts';

type Name = LabSpec['network'];

/** A network as it is typed; a path is meant from where the command is typed. */
function parseNetwork(text: string): Name {
  if (isNetworkName(text)) return text;
  const [, scheme, file] = /^(cni|helm|manifest):(.+)$/.exec(text) ?? [];
  if (scheme === 'cni') return `cni:${path.resolve(file!)}`;
  if (scheme !== undefined) return text as Name;
  throw new InvalidArgumentError(`Expected one of ${NETWORKS.join(', ')} or cni:FILE.`);
}

/** `--network` of one lab. */
export function networkOption() {
  return new Option('--network <name>', 'what connects the pods: a network (churnlab networks) or cni:FILE')
    .argParser(parseNetwork)
    .default('churnlab' as Name);
}

/** `--network` of a scenario, which may be named several times: each is a combination. */
export function networksOption() {
  return new Option(
    '--network <name>',
    "in place of the scenario's: a network (churnlab networks) or cni:FILE; may be repeated",
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

/** The combinations of a matrix with other networks in the place of its own; as they are when none is named. */
export function withNetworks(
  cells: readonly Cell[],
  networks: readonly Name[] | undefined,
  cniBin: string | undefined,
): readonly Cell[] {
  if (networks === undefined) return cells;
  const others = new Map(cells.map(({ network: _, ...rest }) => [JSON.stringify(rest), rest] as const));
  return networks.flatMap((network) =>
    [...others.values()].map((rest) => ({
      ...rest,
      network,
      ...(network.startsWith('cni:') && cniBin !== undefined && { cniBin }),
    })),
  );
}

import { type MapSet, openMaps } from './maps/map-set.ts';
import { openPins, type PinnedMap, type Pins } from './pins.ts';

const PROGRAM_NAMES = [
  'cl_from_pod',
  'cl_from_network',
  'cl_to_network',
  'cl_from_overlay',
  'cl_to_pods',
] as const;
export type ProgramName = (typeof PROGRAM_NAMES)[number];

/** Entries that each map has room for. */
export interface MapSizes {
  /** Addresses of pods and of the node. */
  readonly endpoints: number;
  /** Pod prefixes and addresses of all other nodes. */
  readonly remotes: number;
  /** Flows that the stack translates; beyond this the least recently used is forgotten. */
  readonly stackFlows: number;
}

export const DEFAULT_SIZES: MapSizes = { endpoints: 16_384, remotes: 16_384, stackFlows: 16_384 };

/** The maps and programs of a node. Throws as {@link openPins}. */
export function openDatapathPins(
  directory: string,
  file: Uint8Array,
  sizes: MapSizes,
): Pins<MapSet, ProgramName> {
  return openPins({
    directory,
    object: 'programs',
    file,
    programs: PROGRAM_NAMES,
    maxEntries: { endpoints: sizes.endpoints, remotes: sizes.remotes, stack_flows: sizes.stackFlows },
    openMaps,
    list: (maps) => [...byName(maps).values()],
  });
}

/** The maps by their names in the object. */
export function byName(maps: MapSet): ReadonlyMap<string, PinnedMap> {
  const { endpoints, remotes, config, metrics, stackFlows } = maps;
  return new Map<string, PinnedMap>(
    Object.entries({ endpoints, remotes, config, metrics, stack_flows: stackFlows }),
  );
}

/**
 * The maps and programs of a node, kept by pins in its bpffs: maps/<name> and programs/<hash>/<name>. An agent
 * that starts again finds them there; traffic never depended on the agent being alive.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {
  BpfObject,
  BpfProgram,
  type DeclaredMap,
  MAP_TYPE,
  openRawMap,
  type RawMap,
} from '../kernel/bpf/index.ts';
import { type MapSet, openMaps } from './maps/map-set.ts';

export const PROGRAM_NAMES = [
  'cl_from_pod',
  'cl_from_network',
  'cl_to_network',
  'cl_from_overlay',
  'cl_to_pods',
] as const;
export type ProgramName = (typeof PROGRAM_NAMES)[number];
export type Programs = Readonly<Record<ProgramName, BpfProgram>>;

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

export interface Pinned extends Disposable {
  readonly maps: MapSet;
  readonly programs: Programs;
  /** `reused`: pins of the same object were there. `loaded`: they were made now. */
  readonly origin: 'reused' | 'loaded';
}

/**
 * Opens the pins that were made from the same object and sizes, or loads the object and makes them. Maps that
 * are there are taken over with their entries, also into maps of another size; one whose layout has changed
 * begins empty. Throws KernelError, ObjectLoadError, MapFullError (a map made smaller than its entries).
 */
export function openPins(directory: string, object: Uint8Array, sizes: MapSizes): Pinned {
  const hash = createHash('sha256').update(object).update(JSON.stringify(sizes)).digest('hex').slice(0, 32);
  const there = open(directory, hash, 'reused');
  if (there) return there;
  load(directory, hash, object, sizes);
  const made = open(directory, hash, 'loaded');
  if (made) return made;
  throw new Error(`Expected the pins that were just made in ${directory}, got none`);
}

const mapPath = (directory: string, name: string): string => path.join(directory, 'maps', name);
const programsPath = (directory: string, hash: string): string => path.join(directory, 'programs', hash);

function open(directory: string, hash: string, origin: Pinned['origin']): Pinned | undefined {
  using stack = new DisposableStack();
  const programs: Partial<Record<ProgramName, BpfProgram>> = {};
  for (const name of PROGRAM_NAMES) {
    const program = stack.use(BpfProgram.pinned(path.join(programsPath(directory, hash), name)));
    if (!program) return undefined;
    programs[name] = program;
  }
  // The programs first: they are pinned last, so where they are the maps have this version's layout.
  const maps = stack.use(openMaps((name) => mapPath(directory, name)));
  if (!maps) return undefined;
  const ids = new Set(
    [maps.endpoints, maps.remotes, maps.config, maps.metrics, maps.stackFlows].map((map) => map.info.id),
  );
  // Somebody may have removed some pins: programs that use other maps than the pinned ones are of no use.
  const whole = Object.values(programs).every((program) => program.info.mapIds.every((id) => ids.has(id)));
  if (!whole) return undefined;
  const owned = stack.move();
  return { maps, programs: programs as Programs, origin, [Symbol.dispose]: () => owned.dispose() };
}

function load(directory: string, hash: string, file: Uint8Array, sizes: MapSizes): void {
  using stack = new DisposableStack();
  const object = stack.use(new BpfObject('churnlab', file));
  const maxEntries: Record<string, number> = {
    endpoints: sizes.endpoints,
    remotes: sizes.remotes,
    stack_flows: sizes.stackFlows,
  };
  const declared = object.maps.map((map) => ({ ...map, maxEntries: maxEntries[map.name] ?? map.maxEntries }));
  const old = new Map<string, RawMap>();
  for (const map of declared) {
    const pinned = stack.use(openRawMap(mapPath(directory, map.name)));
    if (pinned && hasShape(pinned, map)) old.set(map.name, pinned);
  }
  const reuse = new Map<string, number>();
  for (const { name, maxEntries: size } of declared) {
    const map = old.get(name);
    if (map?.info.maxEntries === size) reuse.set(name, map.fd);
  }

  const loaded = stack.use(object.load({ maxEntries, reuse }));
  for (const { name, type } of declared) {
    if (reuse.has(name)) continue;
    const map = loaded.maps.get(name)!;
    // Counters and flows may begin anew; what the agent has written may not be lost.
    const copied = type === MAP_TYPE.hash || type === MAP_TYPE.lpmTrie;
    if (copied) map.updateAll(old.get(name)?.entries() ?? []);
    replacePin(map, mapPath(directory, name));
  }
  fs.rmSync(path.join(directory, 'programs'), { recursive: true, force: true });
  fs.mkdirSync(programsPath(directory, hash), { recursive: true });
  for (const [name, program] of loaded.programs) program.pin(path.join(programsPath(directory, hash), name));
}

function hasShape({ info }: RawMap, { type, keySize, valueSize }: DeclaredMap): boolean {
  return info.type === type && info.keySize === keySize && info.valueSize === valueSize;
}

/** A bpffs can rename over a pin, but not pin over one. */
function replacePin(map: RawMap, target: string): void {
  const next = `${target}_next`;
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.rmSync(next, { force: true });
  map.pin(next);
  fs.renameSync(next, target);
}

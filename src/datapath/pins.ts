/**
 * The maps and programs of an object, kept by pins in the node's bpffs: maps/<name> and <object>/<hash>/<program>. An
 * agent that starts again finds them there; traffic never depended on the agent being alive.
 */
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import {
  BpfObject,
  BpfProgram,
  type DeclaredMap,
  MAP_TYPE,
  type MapInfo,
  openRawMap,
  type RawMap,
} from '../kernel/bpf/index.ts';

/** A map as far as pins are concerned. */
export interface PinnedMap {
  readonly fd: number;
  readonly info: MapInfo;
}

export interface PinSpec<M extends Disposable, N extends string> {
  /** Directory in a bpffs. */
  readonly directory: string;
  /** Names the programs' directory and is in messages. */
  readonly object: string;
  readonly file: Uint8Array;
  readonly programs: readonly N[];
  /** Sizes of maps by name; the object's own otherwise. */
  readonly maxEntries: Readonly<Record<string, number>>;
  /** Maps that belong to another object, by name. */
  readonly shared?: ReadonlyMap<string, PinnedMap>;
  /** Opens the maps by their pins; undefined unless all are there. */
  readonly openMaps: (pathOf: (name: string) => string) => M | undefined;
  /** The maps that {@link openMaps} has opened. */
  readonly list: (maps: M) => readonly PinnedMap[];
}

export interface Pins<M, N extends string> extends Disposable {
  readonly maps: M;
  readonly programs: Readonly<Record<N, BpfProgram>>;
  /** `reused`: pins of the same object were there. `loaded`: they were made now. */
  readonly origin: 'reused' | 'loaded';
}

/**
 * Opens the pins that were made from the same object and sizes, or loads the object and makes them. Maps that
 * are there are taken over with their entries, also into maps of another size; one whose layout has changed
 * begins empty. Throws KernelError, ObjectLoadError, MapFullError (a map made smaller than its entries).
 */
export function openPins<M extends Disposable, N extends string>(spec: PinSpec<M, N>): Pins<M, N> {
  const hash = createHash('sha256')
    .update(spec.file)
    .update(JSON.stringify(spec.maxEntries))
    .digest('hex')
    .slice(0, 32);
  const there = open(spec, hash, 'reused');
  if (there) return there;
  load(spec, hash);
  const made = open(spec, hash, 'loaded');
  if (made) return made;
  throw new Error(`Expected the pins that were just made in ${spec.directory}, got none`);
}

const mapPath = (directory: string, name: string): string => path.join(directory, 'maps', name);

function open<M extends Disposable, N extends string>(
  spec: PinSpec<M, N>,
  hash: string,
  origin: 'reused' | 'loaded',
): Pins<M, N> | undefined {
  const { directory, object, shared = new Map<string, PinnedMap>() } = spec;
  using stack = new DisposableStack();
  const programs: Partial<Record<N, BpfProgram>> = {};
  for (const name of spec.programs) {
    const program = stack.use(BpfProgram.pinned(path.join(directory, object, hash, name)));
    if (!program) return undefined;
    programs[name] = program;
  }
  // The programs first: they are pinned last, so where they are the maps have this version's layout.
  const maps = stack.use(spec.openMaps((name) => mapPath(directory, name)));
  if (!maps) return undefined;
  const ids = new Set([...spec.list(maps), ...shared.values()].map((map) => map.info.id));
  // Somebody may have removed some pins: programs that use other maps than the pinned ones are of no use.
  const whole = Object.values<BpfProgram>(programs as Record<N, BpfProgram>).every((program) =>
    program.info.mapIds.every((id) => ids.has(id)),
  );
  if (!whole) return undefined;
  const owned = stack.move();
  return {
    maps,
    programs: programs as Record<N, BpfProgram>,
    origin,
    [Symbol.dispose]: () => owned.dispose(),
  };
}

function load<M extends Disposable, N extends string>(spec: PinSpec<M, N>, hash: string): void {
  const { directory, maxEntries, shared = new Map<string, PinnedMap>() } = spec;
  using stack = new DisposableStack();
  const object = stack.use(new BpfObject(spec.object, spec.file));
  const declared = object.maps
    .filter(({ name }) => !shared.has(name))
    .map((map) => ({ ...map, maxEntries: maxEntries[map.name] ?? map.maxEntries }));
  const old = new Map<string, RawMap>();
  for (const map of declared) {
    const pinned = stack.use(openRawMap(mapPath(directory, map.name)));
    if (pinned && hasShape(pinned, map)) old.set(map.name, pinned);
  }
  const reuse = new Map([...shared].map(([name, { fd }]) => [name, fd]));
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
  const programs = path.join(directory, spec.object);
  fs.rmSync(programs, { recursive: true, force: true });
  fs.mkdirSync(path.join(programs, hash), { recursive: true });
  for (const [name, program] of loaded.programs) program.pin(path.join(programs, hash, name));
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

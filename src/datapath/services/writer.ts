import { type BpfMap, MapFullError } from '../../kernel/bpf/index.ts';
import { DatapathError } from '../errors.ts';
import type { Changes, MaglevTable } from './difference.ts';
import { type MaglevSize, maglevTable } from './maglev.ts';
import { type MaglevKey, makeMaglevTable } from './maps/maglev.ts';
import type { ServiceMaps } from './maps/map-set.ts';
import type { ServiceMapSizes } from './pinned.ts';

/** From so many entries on one system call for all of them is cheaper than one for each. */
const WORTH_A_BATCH = 4;

/** Carries changes out in the kernel. */
export class Writer {
  readonly #maps: ServiceMaps;
  readonly #sizes: ServiceMapSizes;
  readonly #maglevSize: MaglevSize;

  constructor(maps: ServiceMaps, sizes: ServiceMapSizes, maglevSize: MaglevSize) {
    this.#maps = maps;
    this.#sizes = sizes;
    this.#maglevSize = maglevSize;
  }

  /** In the order that {@link Changes} demands. Throws DatapathError `map-full`; what came before is written then. */
  write(changes: Changes): void {
    const { frontends, slots, backends, maglev } = this.#maps;
    this.#put('backends', backends, changes.putBackends);
    this.#put('slots', slots, changes.putSlots);
    for (const [key, table] of changes.putTables) this.#putTable(key, table);
    this.#put('frontends', frontends, changes.putFrontends);
    remove(frontends, changes.deleteFrontends);
    remove(maglev, changes.deleteTables);
    remove(slots, changes.deleteSlots);
    remove(backends, changes.deleteBackends);
  }

  #put<K, V>(name: keyof ServiceMapSizes, map: BpfMap<K, V>, entries: readonly (readonly [K, V])[]): void {
    try {
      if (entries.length >= WORTH_A_BATCH) map.updateAll(entries);
      else for (const [key, value] of entries) map.update(key, value);
    } catch (cause) {
      if (!(cause instanceof MapFullError)) throw cause;
      throw new DatapathError(
        'map-full',
        `BPF map ${name} is full (option services.sizes.${name} is ${this.#sizes[name]})`,
        { cause },
      );
    }
  }

  #putTable(key: MaglevKey, { ids, names }: MaglevTable): void {
    using table = makeMaglevTable(maglevTable(names, this.#maglevSize).map((index) => ids[index]!));
    this.#put('maglev', this.#maps.maglev, [[key, table.fd]]);
  }
}

function remove<K, V>(map: BpfMap<K, V>, keys: readonly K[]): void {
  if (keys.length >= WORTH_A_BATCH) map.deleteAll(keys);
  else for (const key of keys) map.delete(key);
}

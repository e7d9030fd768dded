import { KernelError } from '../errno.ts';
import { CMD, UPDATE, type UpdateMode } from './abi.ts';
import { deleteBatch, lookupAll, updateBatch } from './batch.ts';
import type { Codec } from './codec.ts';
import { MapFullError, MapShapeError } from './errors.ts';
import { type MapInfo, mapInfo } from './info.ts';
import { OwnedFd } from './owned-fd.ts';
import { openPinned, pin } from './pin.ts';
import { Attr, bpf, tryBpf } from './syscall.ts';

const ENOENT = 2;
const E2BIG = 7;
const EEXIST = 17;
const ENOSPC = 28;

/** What a new map is to be. */
export interface MapSpec {
  readonly name: string;
  /** A value of MAP_TYPE. */
  readonly type: number;
  readonly maxEntries: number;
  readonly flags?: number;
}

/**
 * A BPF map with typed keys and values. One operation is one system call on memory that the object keeps for
 * itself: about 2 µs, nothing allocated. It owns its descriptor; the map lives on while something else holds it
 * (a pin, a program).
 */
export class BpfMap<K, V> implements Disposable {
  readonly info: MapInfo;
  readonly #fd: OwnedFd;
  readonly #key: Codec<K>;
  readonly #value: Codec<V>;
  readonly #keyBytes: Buffer;
  readonly #valueBytes: Buffer;
  readonly #element: Attr;
  /** As #element; the kernel refuses a deletion whose other fields are not zero. */
  readonly #keyOnly: Attr;

  /** Takes over a descriptor, also when it throws: MapShapeError when the sizes are not those of the codecs. */
  constructor(fd: number, key: Codec<K>, value: Codec<V>) {
    this.#fd = new OwnedFd(fd, 'a map');
    this.info = mapInfo(fd);
    const { name, keySize, valueSize } = this.info;
    if (keySize !== key.size || valueSize !== value.size) {
      this.#fd[Symbol.dispose]();
      throw new MapShapeError(
        `Expected BPF map ${name} with keys of ${key.size} and values of ${value.size} bytes, got ${keySize} and ${valueSize}`,
      );
    }
    this.#key = key;
    this.#value = value;
    this.#keyBytes = Buffer.from(new ArrayBuffer(key.size));
    this.#valueBytes = Buffer.from(new ArrayBuffer(value.size));
    this.#element = new Attr(32).u32(0, fd).pointer(8, this.#keyBytes).pointer(16, this.#valueBytes);
    this.#keyOnly = new Attr(32).u32(0, fd).pointer(8, this.#keyBytes);
  }

  /** Makes a map. Throws KernelError. */
  static create<K, V>(spec: MapSpec, key: Codec<K>, value: Codec<V>): BpfMap<K, V> {
    const attr = new Attr(72)
      .u32(0, spec.type)
      .u32(4, key.size)
      .u32(8, value.size)
      .u32(12, spec.maxEntries)
      .u32(16, spec.flags ?? 0);
    attr.bytes.write(spec.name.slice(0, 15), 28, 'latin1');
    return new BpfMap(bpf(CMD.mapCreate, attr, `create BPF map ${spec.name}`), key, value);
  }

  /** Opens a pinned map; undefined when there is none. Throws KernelError, MapShapeError. */
  static pinned<K, V>(path: string, key: Codec<K>, value: Codec<V>): BpfMap<K, V> | undefined {
    const fd = openPinned(path);
    return fd === undefined ? undefined : new BpfMap(fd, key, value);
  }

  get fd(): number {
    return this.#fd.fd;
  }

  pin(path: string): void {
    pin(this.fd, path);
  }

  lookup(key: K): V | undefined {
    this.#key.write(key, this.#keyBytes);
    const result = tryBpf(CMD.mapLookup, this.#element.u64(24, 0n));
    if (result >= 0) return this.#value.read(this.#valueBytes);
    if (-result === ENOENT) return undefined;
    throw new KernelError(`look up in BPF map ${this.info.name}`, -result);
  }

  /**
   * Sets an entry. Mode `create` throws KernelError EEXIST when it is there, `replace` ENOENT when it is not.
   * Throws MapFullError.
   */
  update(key: K, value: V, mode: UpdateMode = 'any'): void {
    this.#key.write(key, this.#keyBytes);
    this.#value.write(value, this.#valueBytes);
    const result = tryBpf(CMD.mapUpdate, this.#element.u64(24, UPDATE[mode]));
    if (result < 0) throw this.#updateError(-result);
  }

  /** Removes an entry. Returns whether there was one. */
  delete(key: K): boolean {
    this.#key.write(key, this.#keyBytes);
    const result = tryBpf(CMD.mapDelete, this.#keyOnly);
    if (result < 0 && -result !== ENOENT)
      throw new KernelError(`delete from BPF map ${this.info.name}`, -result);
    return result >= 0;
  }

  /**
   * All entries. Those that are added or removed meanwhile may be among them or not; all others are there once.
   */
  entries(): [K, V][] {
    const { keys, values, count } = lookupAll(this.fd, this.info);
    return Array.from({ length: count }, (_, i) => [
      this.#key.read(keys.subarray(i * this.#key.size, (i + 1) * this.#key.size)),
      this.#value.read(values.subarray(i * this.#value.size, (i + 1) * this.#value.size)),
    ]);
  }

  /** As {@link entries}, as bytes one after the other: for looking over many entries without an object for each. */
  raw(): { readonly keys: Buffer; readonly values: Buffer; readonly count: number } {
    return lookupAll(this.fd, this.info);
  }

  /** Sets many entries with one system call: about 0.4 µs each. Throws MapFullError; some are set then. */
  updateAll(entries: readonly (readonly [K, V])[]): void {
    if (entries.length === 0) return;
    const values = Buffer.alloc(entries.length * this.#value.size);
    entries.forEach(([, value], i) => {
      this.#value.write(value, values.subarray(i * this.#value.size, (i + 1) * this.#value.size));
    });
    const errno = updateBatch(this.fd, this.info, this.#encode(entries.map(([key]) => key)), values);
    if (errno !== 0) throw this.#updateError(errno);
  }

  /** Removes many entries with one system call; those that are not there are passed over. */
  deleteAll(keys: readonly K[]): void {
    const errno = keys.length === 0 ? 0 : deleteBatch(this.fd, this.info, this.#encode(keys));
    if (errno !== 0) throw new KernelError(`delete from BPF map ${this.info.name}`, errno);
  }

  [Symbol.dispose](): void {
    this.#fd[Symbol.dispose]();
  }

  #encode(keys: readonly K[]): Buffer {
    const bytes = Buffer.alloc(keys.length * this.#key.size);
    keys.forEach((key, i) => {
      this.#key.write(key, bytes.subarray(i * this.#key.size, (i + 1) * this.#key.size));
    });
    return bytes;
  }

  #updateError(errno: number): Error {
    const hint = errno === EEXIST ? 'the key is there' : undefined;
    const error = new KernelError(`update BPF map ${this.info.name}`, errno, hint);
    // Hash tables say E2BIG, prefix trees ENOSPC.
    const full = errno === E2BIG || errno === ENOSPC;
    return full ? new MapFullError(this.info.name, this.info.maxEntries, error) : error;
  }
}

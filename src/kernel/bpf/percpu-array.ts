import fs from 'node:fs';
import { KernelError } from '../errno.ts';
import { CMD } from './abi.ts';
import type { Codec } from './codec.ts';
import { MapShapeError } from './errors.ts';
import { type MapInfo, mapInfo } from './info.ts';
import { OwnedFd } from './owned-fd.ts';
import { openPinned } from './pin.ts';
import { Attr, tryBpf } from './syscall.ts';

/** An array whose every element exists once per CPU: counters without contention. */
export class PerCpuArray<V> implements Disposable {
  readonly info: MapInfo;
  readonly #fd: OwnedFd;
  readonly #value: Codec<V>;
  /** The kernel aligns each CPU's value to 8 bytes. */
  readonly #stride: number;
  readonly #bytes: Buffer;

  /** Takes over a descriptor, also when it throws: MapShapeError when the value's size is not that of the codec. */
  constructor(fd: number, value: Codec<V>) {
    this.#fd = new OwnedFd(fd, 'a per-CPU array');
    this.info = mapInfo(fd);
    if (this.info.valueSize !== value.size) {
      this.#fd[Symbol.dispose]();
      throw new MapShapeError(
        `Expected BPF map ${this.info.name} with values of ${value.size} bytes, got ${this.info.valueSize}`,
      );
    }
    this.#value = value;
    this.#stride = Math.ceil(value.size / 8) * 8;
    this.#bytes = Buffer.from(new ArrayBuffer(this.#stride * possibleCpus()));
  }

  /** Opens a pinned array; undefined when there is none. Throws KernelError, MapShapeError. */
  static pinned<V>(path: string, value: Codec<V>): PerCpuArray<V> | undefined {
    const fd = openPinned(path);
    return fd === undefined ? undefined : new PerCpuArray(fd, value);
  }

  get fd(): number {
    return this.#fd.fd;
  }

  /** One value for each possible CPU. Throws KernelError ENOENT beyond the end. */
  lookup(index: number): V[] {
    const key = Buffer.from(new ArrayBuffer(4));
    key.writeUInt32LE(index);
    const attr = new Attr(32).u32(0, this.fd).pointer(8, key).pointer(16, this.#bytes);
    const result = tryBpf(CMD.mapLookup, attr);
    if (result < 0) throw new KernelError(`look up ${index} in BPF map ${this.info.name}`, -result);
    return Array.from({ length: this.#bytes.length / this.#stride }, (_, cpu) =>
      this.#value.read(this.#bytes.subarray(cpu * this.#stride, cpu * this.#stride + this.#value.size)),
    );
  }

  [Symbol.dispose](): void {
    this.#fd[Symbol.dispose]();
  }
}

/** CPUs that could ever be there, plugged in or not: the kernel has a value for each. */
export function possibleCpus(): number {
  const list = fs.readFileSync('/sys/devices/system/cpu/possible', 'utf8').trim();
  return Number(list.split(/[-,]/).at(-1)) + 1;
}

import type { Codec } from './codec.ts';
import { mapInfo } from './info.ts';
import { BpfMap } from './map.ts';
import { openPinned } from './pin.ts';

/** A map whose keys and values are plain bytes. */
export type RawMap = BpfMap<Buffer, Buffer>;

const bytes = (size: number): Codec<Buffer> => ({
  size,
  write: (value, into) => void value.copy(into),
  read: (from) => Buffer.from(from),
});

/** Takes over a descriptor of a map of any shape. */
export function rawMap(fd: number): RawMap {
  const { keySize, valueSize } = mapInfo(fd);
  return new BpfMap(fd, bytes(keySize), bytes(valueSize));
}

/** Opens a pinned map of any shape; undefined when there is none. Throws KernelError. */
export function openRawMap(path: string): RawMap | undefined {
  const fd = openPinned(path);
  return fd === undefined ? undefined : rawMap(fd);
}

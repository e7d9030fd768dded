/**
 * Many entries with one system call (BPF_MAP_*_BATCH: hash tables from kernel 5.6, prefix trees from 5.14), and
 * one by one where the map's type has no such operation. Buffers hold keys or values one after the other.
 */
import { KernelError } from '../errno.ts';
import { CMD, UPDATE } from './abi.ts';
import type { MapInfo } from './info.ts';
import { Attr, tryBpf } from './syscall.ts';

const ENOENT = 2;
const EINVAL = 22;
const ENOSPC = 28;
/** The kernel's own ENOTSUPP, which is not in errno.h. */
const ENOTSUPP = 524;

/** First number of entries to ask for; a hash table wants room for at least its fullest bucket. */
const CHUNK = 1024;

interface Elements {
  readonly keys: Buffer;
  readonly values: Buffer;
  readonly count: number;
}

const unsupported = (errno: number): boolean => errno === EINVAL || errno === ENOTSUPP;

function batchAttr(fd: number, count: number, keys: Buffer, values: Buffer | undefined): Attr {
  const attr = new Attr(56).pointer(16, keys).u32(32, count).u32(36, fd);
  return values ? attr.pointer(24, values) : attr;
}

/** All entries of a map. Throws KernelError. */
export function lookupAll(fd: number, info: MapInfo): Elements {
  const tokenSize = Math.max(4, info.keySize);
  let token: Buffer | undefined;
  let chunk = CHUNK;
  const keys: Buffer[] = [];
  const values: Buffer[] = [];
  let total = 0;
  for (;;) {
    const into = { keys: Buffer.alloc(chunk * info.keySize), values: Buffer.alloc(chunk * info.valueSize) };
    const next = Buffer.alloc(tokenSize);
    const attr = batchAttr(fd, chunk, into.keys, into.values).pointer(8, next);
    if (token) attr.pointer(0, token);
    const errno = Math.max(0, -tryBpf(CMD.mapLookupBatch, attr));
    if (unsupported(errno) && token === undefined) return lookupEach(fd, info);
    if (errno === ENOSPC) {
      chunk *= 2;
      continue;
    }
    if (errno !== 0 && errno !== ENOENT) throw new KernelError(`list BPF map ${info.name}`, errno);
    const count = attr.bytes.readUInt32LE(32);
    keys.push(into.keys.subarray(0, count * info.keySize));
    values.push(into.values.subarray(0, count * info.valueSize));
    total += count;
    // ENOENT: that was the last.
    if (errno === ENOENT) return { keys: Buffer.concat(keys), values: Buffer.concat(values), count: total };
    token = next;
  }
}

function lookupEach(fd: number, info: MapInfo): Elements {
  const keys: Buffer[] = [];
  const values: Buffer[] = [];
  let previous: Buffer | undefined;
  for (;;) {
    const key = Buffer.alloc(info.keySize);
    const next = new Attr(32).u32(0, fd).pointer(16, key);
    if (previous) next.pointer(8, previous);
    const errno = Math.max(0, -tryBpf(CMD.mapNextKey, next));
    if (errno === ENOENT)
      return { keys: Buffer.concat(keys), values: Buffer.concat(values), count: keys.length };
    if (errno !== 0) throw new KernelError(`list BPF map ${info.name}`, errno);
    const value = Buffer.alloc(info.valueSize);
    // An entry that went away since is passed over.
    if (tryBpf(CMD.mapLookup, new Attr(32).u32(0, fd).pointer(8, key).pointer(16, value)) >= 0) {
      keys.push(key);
      values.push(value);
    }
    previous = key;
  }
}

/** Sets all entries. Returns 0, or the errno of the first that failed. */
export function updateBatch(fd: number, info: MapInfo, keys: Buffer, values: Buffer): number {
  const count = keys.length / info.keySize;
  const errno = Math.max(0, -tryBpf(CMD.mapUpdateBatch, batchAttr(fd, count, keys, values)));
  if (!unsupported(errno)) return errno;
  return each(count, (i) =>
    tryBpf(
      CMD.mapUpdate,
      new Attr(32)
        .u32(0, fd)
        .pointer(8, slice(keys, i, info.keySize))
        .pointer(16, slice(values, i, info.valueSize))
        .u64(24, UPDATE.any),
    ),
  );
}

/** Removes all keys that are there. Returns 0, or the errno of the first that failed for another reason. */
export function deleteBatch(fd: number, info: MapInfo, keys: Buffer): number {
  const count = keys.length / info.keySize;
  const attr = batchAttr(fd, count, keys, undefined);
  const errno = Math.max(0, -tryBpf(CMD.mapDeleteBatch, attr));
  if (errno === 0) return 0;
  // A batch ends at the first key that is not there, or does not begin at all.
  if (errno !== ENOENT && !unsupported(errno)) return errno;
  const start = errno === ENOENT ? attr.bytes.readUInt32LE(32) : 0;
  return each(count - start, (i) => {
    const key = slice(keys, start + i, info.keySize);
    const result = tryBpf(CMD.mapDelete, new Attr(32).u32(0, fd).pointer(8, key));
    return -result === ENOENT ? 0 : result;
  });
}

const slice = (bytes: Buffer, index: number, size: number): Buffer =>
  bytes.subarray(index * size, (index + 1) * size);

function each(count: number, work: (index: number) => number): number {
  for (let i = 0; i < count; i++) {
    const result = work(i);
    if (result < 0) return -result;
  }
  return 0;
}

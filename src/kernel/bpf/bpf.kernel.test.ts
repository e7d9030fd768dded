import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePrivateDirectory } from '../testing/index.ts';
import {
  BPF_F_NO_PREALLOC,
  BpfMap,
  BpfObject,
  type Codec,
  isBpffs,
  MAP_TYPE,
  MapFullError,
  MapShapeError,
  mountBpffs,
  ObjectLoadError,
  openBpfDescriptors,
  openRawMap,
  PerCpuArray,
  U32,
  U64,
} from './index.ts';

let directory: string;

beforeAll(() => {
  directory = makePrivateDirectory();
});

afterAll(() => {
  expect(openBpfDescriptors()).toEqual([]);
});

const hash = (maxEntries: number) =>
  BpfMap.create({ name: 'test_hash', type: MAP_TYPE.hash, maxEntries, flags: BPF_F_NO_PREALLOC }, U32, U64);

test('entries are set, found, replaced and removed one by one', () => {
  using map = hash(4);
  map.update(1, 10n);
  map.update(1, 11n, 'replace');
  expect(map.lookup(1)).toBe(11n);
  expect(map.lookup(2)).toBeUndefined();
  expect(() => map.update(1, 12n, 'create')).toThrow('update BPF map test_hash: EEXIST (the key is there)');
  expect(() => map.update(2, 12n, 'replace')).toThrow('update BPF map test_hash: ENOENT');
  expect(map.delete(1)).toBe(true);
  expect(map.delete(1)).toBe(false);
  expect(map.entries()).toEqual([]);
});

test('a full map says so with its name and size, whatever its type says', () => {
  using map = hash(2);
  map.updateAll([
    [1, 1n],
    [2, 2n],
  ]);
  expect(() => map.update(3, 3n)).toThrow('add to BPF map test_hash: it is full (2 entries)');
  expect(() => map.updateAll([[4, 4n]])).toThrow(MapFullError);

  const prefix: Codec<number> = {
    size: 8,
    write: (value, into) => into.writeUInt32BE(value, into.writeUInt32LE(32, 0)),
    read: (from) => from.readUInt32BE(4),
  };
  const spec = { name: 'test_lpm', type: MAP_TYPE.lpmTrie, maxEntries: 2, flags: BPF_F_NO_PREALLOC };
  using trie = BpfMap.create(spec, prefix, U32);
  trie.update(1, 1);
  trie.update(2, 2);
  expect(() => trie.update(3, 3)).toThrow(MapFullError);
  expect(trie.entries()).toEqual([
    [1, 1],
    [2, 2],
  ]);
});

test('many entries go in, come out and go away with few calls', () => {
  using map = hash(10_000);
  const entries = Array.from({ length: 5000 }, (_, i) => [i, BigInt(i)] as const);
  map.updateAll(entries);
  expect(map.entries().sort(([a], [b]) => a - b)).toEqual(entries);
  map.deleteAll([0, 1, 99_999, 2, 3]);
  expect(map.entries()).toHaveLength(4996);
  map.deleteAll(entries.map(([key]) => key));
  expect(map.entries()).toEqual([]);
});

test('a map without batch operations is listed all the same', () => {
  const spec = { name: 'test_array', type: MAP_TYPE.array, maxEntries: 3 };
  using map = BpfMap.create(spec, U32, U32);
  map.update(1, 7);
  expect(map.entries()).toEqual([
    [0, 0],
    [1, 7],
    [2, 0],
  ]);
});

test('a map outlives its handle by a pin, and is not opened as something else', () => {
  const mounted = path.join(directory, 'bpffs');
  expect(isBpffs(directory)).toBe(false);
  mountBpffs(mounted);
  mountBpffs(mounted);
  expect(isBpffs(mounted)).toBe(true);
  const pinned = path.join(mounted, 'map');
  {
    using map = hash(8);
    map.update(3, 33n);
    map.pin(pinned);
    expect(() => map.pin(pinned)).toThrow(`pin ${pinned}: EEXIST`);
  }
  using again = BpfMap.pinned(pinned, U32, U64);
  expect(again?.lookup(3)).toBe(33n);
  using raw = openRawMap(pinned);
  expect(raw?.info).toMatchObject({ keySize: 4, valueSize: 8, maxEntries: 8, name: 'test_hash' });
  expect(() => BpfMap.pinned(pinned, U32, U32)).toThrow(MapShapeError);
  expect(() => PerCpuArray.pinned(pinned, U32)).toThrow(MapShapeError);
  expect(BpfMap.pinned(path.join(mounted, 'nothing'), U32, U64)).toBeUndefined();
  execFileSync('umount', [mounted]);
});

/** Compiles a program of one function without any header. */
function compile(body: string): Buffer {
  const file = path.join(directory, 'test.o');
  const source = `
    __attribute__((section("license"), used)) char gpl[] = "GPL";
    __attribute__((section("tc"), used)) int program(void *context) { ${body} }`;
  const args = ['-target', 'bpf', '-O2', '-g', '-x', 'c', '-', '-c', '-o', file];
  execFileSync('clang', args, { input: source });
  return fs.readFileSync(file);
}

test('a program runs on a frame', () => {
  using object = new BpfObject('test', compile('return 7;'));
  using loaded = object.load();
  const program = loaded.programs.get('program')!;
  expect(program.info).toMatchObject({ name: 'program', mapIds: [] });
  const frame = Buffer.alloc(64, 1);
  expect(program.testRun({ frame })).toEqual({ result: 7, frame });
});

test('what the verifier refuses is an error with its reason and its whole log', () => {
  using object = new BpfObject('test', compile('return *(volatile int *)((long)context * 3);'));
  let error: unknown;
  try {
    object.load();
  } catch (caught) {
    error = caught;
  }
  expect(error).toBeInstanceOf(ObjectLoadError);
  const { message, verifierLog } = error as ObjectLoadError;
  expect(message).toMatch(/^load BPF programs: EACCES: R1 pointer arithmetic .* \(\d+ line\(s\) omitted\)$/);
  expect(verifierLog.split('\n').length).toBeGreaterThan(3);
});

test('a file that is no object is refused with what libbpf says of it', () => {
  expect(() => new BpfObject('nonsense', Buffer.from('nonsense'))).toThrow(
    /^open BPF object nonsense: .*not a proper ELF/,
  );
});

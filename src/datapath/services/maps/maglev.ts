/** `maglev`: struct maglev_key and tables of struct maglev_entries of bpf/service-layout.h. */
import { BPF_F_INNER_MAP, BpfMap, type Codec, MAP_TYPE, U32 } from '../../../kernel/bpf/index.ts';

export interface MaglevKey {
  readonly service: number;
  /** Index in VIEWS. */
  readonly view: number;
}

export const MAGLEV_KEY: Codec<MaglevKey> = {
  size: 8,
  write: ({ service, view }, into) => {
    into.writeUInt32LE(service, 0);
    into.writeUInt32LE(view, 4);
  },
  read: (from) => ({ service: from.readUInt32LE(0), view: from.readUInt32LE(4) }),
};

/** Two entries of a table share an element, since arrays round up to 8 bytes. */
const PAIR: Codec<readonly [number, number]> = {
  size: 8,
  write: (pair, into) => {
    into.writeUInt32LE(pair[0], 0);
    into.writeUInt32LE(pair[1], 4);
  },
  read: (from) => [from.readUInt32LE(0), from.readUInt32LE(4)],
};

/** Makes a table of backends' numbers, which lives as long as something refers to it. Throws KernelError. */
export function makeMaglevTable(entries: Uint32Array): Disposable & { readonly fd: number } {
  const pairs = Math.ceil(entries.length / 2);
  const map = BpfMap.create(
    { name: 'maglev_table', type: MAP_TYPE.array, maxEntries: pairs, flags: BPF_F_INNER_MAP },
    U32,
    PAIR,
  );
  map.updateAll(
    Array.from({ length: pairs }, (_, i) => [i, [entries[i * 2]!, entries[i * 2 + 1] ?? 0]] as const),
  );
  return map;
}

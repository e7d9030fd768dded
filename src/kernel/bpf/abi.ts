/** Numbers of bpf(2): include/uapi/linux/bpf.h. */

export const CMD = {
  mapCreate: 0,
  mapLookup: 1,
  mapUpdate: 2,
  mapDelete: 3,
  mapNextKey: 4,
  progLoad: 5,
  objPin: 6,
  objGet: 7,
  progAttach: 8,
  progDetach: 9,
  progTestRun: 10,
  progFdById: 13,
  infoByFd: 15,
  progQuery: 16,
  mapLookupBatch: 24,
  mapUpdateBatch: 26,
  mapDeleteBatch: 27,
} as const;

export const MAP_TYPE = {
  hash: 1,
  array: 2,
  percpuHash: 5,
  percpuArray: 6,
  lruHash: 9,
  lpmTrie: 11,
  hashOfMaps: 13,
} as const;

/** Every element is allocated when it is added. A prefix tree can be had in no other way. */
export const BPF_F_NO_PREALLOC = 1;

/** Tables of a map of maps may have another number of elements than its template (kernel 5.10). */
export const BPF_F_INNER_MAP = 0x1000;

/** What an update expects to find. */
export const UPDATE = { any: 0n, create: 1n, replace: 2n } as const;
export type UpdateMode = keyof typeof UPDATE;

export const BPF_OBJ_NAME_LENGTH = 16;

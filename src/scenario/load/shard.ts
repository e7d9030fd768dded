/**
 * The part of what arrives that one of several processes starts: each event k of the whole belongs to shard k mod n. All
 * of them draw the same schedule from the same seed, so that nobody has to tell them what is theirs, and all parts
 * together are the schedule that one process would have.
 */
export function* shardOf<T extends { readonly index: number }>(
  arriving: Iterable<T>,
  shard: number,
  shards: number,
): Generator<T, void> {
  for (const each of arriving) if (shardAt(each.index, shards) === shard) yield each;
}

/** Which of `shards` an event belongs to, from 0. */
export function shardAt(index: number, shards: number): number {
  return index % shards;
}

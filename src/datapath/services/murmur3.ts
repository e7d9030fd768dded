/** MurmurHash3, the 32-bit variant for x86, of a string's UTF-8 bytes. Known answers are in the test. */
export function murmur3(text: string, seed: number): number {
  const bytes = Buffer.from(text);
  const tail = bytes.length & ~3;
  let hash = seed;
  for (let i = 0; i < tail; i += 4) hash = block(hash, bytes.readUInt32LE(i));
  if (tail < bytes.length) hash ^= scramble(bytes.readUIntLE(tail, bytes.length - tail));
  hash ^= bytes.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

const rotate = (value: number, by: number): number => (value << by) | (value >>> (32 - by));
const scramble = (word: number): number => Math.imul(rotate(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
const block = (hash: number, word: number): number =>
  (Math.imul(rotate(hash ^ scramble(word), 13), 5) + 0xe6546b64) | 0;

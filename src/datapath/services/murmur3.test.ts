import { expect, test } from 'vitest';
import { murmur3 } from './murmur3.ts';

/** Made with SMHasher's MurmurHash3_x86_32, as published with other implementations of it. */
test.each([
  ['', 0, 0],
  ['', 1, 0x514e28b7],
  ['test', 0, 0xba6bd213],
  ['test', 0x9747b28c, 0x704b81dc],
  ['Hello, world!', 0, 0xc0363e43],
  ['Hello, world!', 0x9747b28c, 0x24884cba],
  ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
])('%j with seed %i', (text, seed, hash) => {
  expect(murmur3(text, seed)).toBe(hash);
});

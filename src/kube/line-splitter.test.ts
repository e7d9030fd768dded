import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

test('gives the same lines however the bytes are cut', () => {
  const text = fc.array(fc.string({ unit: 'grapheme' }).map((line) => line.replaceAll('\n', '')));
  fc.assert(
    fc.property(text, fc.array(fc.nat(40)), (lines, sizes) => {
      const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
      const splitter = new LineSplitter();
      const found: string[] = [];
      let start = 0;
      for (const size of [...sizes, bytes.length]) {
        found.push(...splitter.push(bytes.subarray(start, start + size)));
        start = Math.min(start + size, bytes.length);
      }
      expect(found).toEqual(lines.filter((line) => line !== ''));
    }),
  );
});

test('keeps the beginning of a line for the next chunk', () => {
  const splitter = new LineSplitter();
  expect(splitter.push(Buffer.from('one\ntw'))).toEqual(['one']);
  expect(splitter.push(Buffer.from('o'))).toEqual([]);
  expect(splitter.push(Buffer.from('\n\nthree\n'))).toEqual(['two', 'three']);
});

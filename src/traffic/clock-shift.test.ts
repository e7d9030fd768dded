import { expect, test } from 'vitest';
import { shiftBlock, shiftCounts, shiftReport } from './clock-shift.ts';

const later = (ns: number): number => ns + 1000;

test('instants of a batch are moved, durations and counts are not', () => {
  const counts = { kind: 'crr', startNs: 5, endNs: 9, count: 2, ok: 2 } as never;
  expect(shiftCounts(counts, later)).toEqual({ kind: 'crr', startNs: 1005, endNs: 1009, count: 2, ok: 2 });
  const columns = { connect: Float64Array.of(3, -1), request: Float64Array.of(4, 0) };
  const block = { header: { startNs: 5, endNs: 9, count: 2 }, at: Float64Array.of(6, 7), ...columns };
  expect(shiftBlock(block as never, later)).toEqual({
    ...columns,
    header: { startNs: 1005, endNs: 1009, count: 2 },
    at: Float64Array.of(1006, 1007),
  });
});

test('what a probe has seen is moved, of backends and of failures', () => {
  const seen = { firstNs: 1, lastNs: 2, count: 3 };
  const report = { id: 'p', attempts: 6, misrouted: 0, late: 0, done: false };
  const moved = { firstNs: 1001, lastNs: 1002, count: 3 };
  expect(shiftReport({ ...report, backends: { a: seen }, failed: { refused: seen } }, later)).toEqual({
    ...report,
    backends: { a: moved },
    failed: { refused: moved },
  });
});

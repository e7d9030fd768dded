import fc from 'fast-check';
import { expect, it } from 'vitest';
import { TimeHeap } from './time-heap.ts';

it('should give what was pushed by time, and of one instant what was pushed first', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const heap = new TimeHeap<number>();
      for (const [order, time] of times.entries()) heap.push(time, order);
      const expected = times
        .map((time, order) => ({ time, order }))
        .sort((a, b) => a.time - b.time || a.order - b.order);
      for (const { time, order } of expected) {
        expect(heap.next).toBe(time);
        expect(heap.pop()).toBe(order);
      }
      expect(heap.next).toBe(Number.POSITIVE_INFINITY);
    }),
  );
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TokenBucket } from './token-bucket.ts';

describe('TokenBucket', () => {
  it('should let a burst through, then one at each interval', () => {
    const bucket = new TokenBucket({ perSecond: 20, burst: 2 }, 1000);
    expect([1000, 1000, 1000, 1025, 1050, 1050].map((now) => bucket.take(now))).toEqual([
      0, 0, 50, 25, 0, 50,
    ]);
  });

  it('should fill up to the burst and no further in a pause', () => {
    const bucket = new TokenBucket({ perSecond: 1, burst: 3 }, 0);
    for (const _ of [1, 2, 3]) bucket.take(0);
    expect([60_000, 60_000, 60_000, 60_000].map((now) => bucket.take(now))).toEqual([0, 0, 0, 1000]);
  });

  it('should let through one who waits as long as it says, and no more than rate and burst allow', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 300 }), { maxLength: 60 });
    const property = fc.property(
      gaps,
      fc.integer({ min: 1, max: 50 }),
      fc.integer({ min: 1, max: 9 }),
      (all, perSecond, burst) => {
        const bucket = new TokenBucket({ perSecond, burst }, 0);
        let now = 0;
        let through = 0;
        for (const gap of all) {
          now += gap;
          const wait = bucket.take(now);
          if (wait > 0) {
            now += wait;
            expect(bucket.take(now)).toBe(0);
          }
          through++;
          expect(through).toBeLessThanOrEqual(burst + (now / 1000) * perSecond + 1e-6);
        }
      },
    );
    fc.assert(property);
  });
});

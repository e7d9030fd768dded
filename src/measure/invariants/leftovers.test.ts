import { describe, expect, it } from 'vitest';
import { compareInventories } from './leftovers.ts';

const when = { at: 9e9, settledNs: 2e9 };

describe('compareInventories', () => {
  it('holds when both are alike, in any order', () => {
    const results = compareInventories(
      { veth: ['a', 'b'], routes: [] },
      { veth: ['b', 'a'], routes: [] },
      when,
    );
    expect(results.map(({ name, checks, violations }) => [name, checks, violations])).toEqual([
      ['leftover-veth', 3, 0],
      ['leftover-routes', 1, 0],
    ]);
  });

  it('counts what is left and what has gone, with a witness', () => {
    const [result] = compareInventories({ rules: ['x'] }, { rules: ['y', 'y'] }, when);
    expect(result).toMatchObject({
      violations: 3,
      witness: { text: 'left over: y', at: 9e9, ageNs: 2e9 },
    });
  });

  it('sees that one rule more of the same is one more', () => {
    const [result] = compareInventories({ rules: ['x'] }, { rules: ['x', 'x'] }, when);
    expect(result).toMatchObject({ violations: 1 });
  });

  it('is unknown when a kind was looked at only once', () => {
    const [result] = compareInventories({}, { sockets: [] }, when);
    expect(result).toMatchObject({ violations: 0, unknown: 'sockets were counted only after the run' });
  });
});

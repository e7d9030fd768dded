import { expect, it } from 'vitest';
import { Timeline } from './timeline.ts';

it('should know levels whatever the order in which changes are told', () => {
  const timeline = new Timeline();
  timeline.add(3e9, -2);
  timeline.add(1e9, 3);
  timeline.add(2e9, 1);
  timeline.add(60e9, -2);
  expect(timeline.levels([0, 1e9, 2e9, 3e9, 59e9, 60e9, 90e9])).toEqual([0, 3, 4, 2, 2, 0, 0]);
  expect([timeline.at(2.5e9), timeline.peak()]).toEqual([4, 4]);
});

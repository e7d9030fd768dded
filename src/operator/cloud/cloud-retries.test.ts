import { expect, it } from 'vitest';
import { CloudRetries } from './cloud-retries.ts';

it('should try a node ten times more, after 0.5 s to 5 s, and give it up', () => {
  const retries = new CloudRetries(() => 0.5);
  const waits = Array.from({ length: 11 }, () => retries.when('a'));
  expect(waits).toEqual([500, 1000, 2000, 4000, 5000, 5000, 5000, 5000, 5000, 5000, undefined]);
  expect(retries.when('a')).toBe(500);
});

it('should vary each wait by half', () => {
  expect(new CloudRetries(() => 0).when('a')).toBe(250);
  expect(new CloudRetries(() => 1).when('a')).toBe(750);
});

it('should begin anew with a node that succeeded, and count each by itself', () => {
  const retries = new CloudRetries(() => 0.5);
  retries.when('a');
  expect([retries.when('a'), retries.when('b')]).toEqual([1000, 500]);
  retries.forget('a');
  expect(retries.when('a')).toBe(500);
});

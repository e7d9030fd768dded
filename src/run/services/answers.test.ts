import { expect, test } from 'vitest';
import { Membership } from '../../traffic/index.ts';
import { Answers } from './answers.ts';

const TO = '10.96.0.1:80';
const GRACE_NS = 100;

function watched(): { membership: Membership; answers: Answers } {
  const membership = new Membership();
  membership.add(TO, 'web/a');
  membership.add(TO, 'web/b');
  return { membership, answers: new Answers(membership, GRACE_NS) };
}

const answer = (backend: string, at: number) => ({ to: TO, backend, at });
const outcome = (answers: Answers) => answers.results().map(({ name, violations }) => [name, violations]);

test('a backend that belongs there may answer, one that never did may not', () => {
  const { answers } = watched();
  expect(answers.judge([answer('web/a', 1), answer('web/x', 2)], 'client')).toEqual({
    stale: 0,
    misrouted: 1,
  });
  expect(outcome(answers)).toEqual([['service-answers', 1]]);
  expect(answers.results()[0]?.witness?.text).toBe(
    'web/x answered client at 10.96.0.1:80, where it never belonged',
  );
});

test('one that was removed is stale, and a violation once the change has had its time', () => {
  const { membership, answers } = watched();
  membership.remove(TO, 'web/a', 1000);
  expect(answers.judge([answer('web/a', 1000), answer('web/a', 1050)], 'client')).toEqual({
    stale: 1,
    misrouted: 0,
  });
  expect(outcome(answers)).toEqual([['service-answers', 0]]);
  answers.judge([answer('web/a', 1101)], 'client');
  expect(outcome(answers)).toEqual([['service-answers', 1]]);
});

test('a connection that was there before may stay with a backend that was removed', () => {
  const { membership, answers } = watched();
  membership.remove(TO, 'web/a', 1000);
  expect(answers.judge([answer('web/a', 5000)], 'client', true)).toEqual({ stale: 0, misrouted: 0 });
  expect(outcome(answers)).toEqual([['service-answers', 0]]);
});

test('with affinity each client keeps its backend until that is removed', () => {
  const { membership, answers } = watched();
  answers.expectAffinity(TO);
  answers.judge([answer('web/a', 1), answer('web/a', 2)], 'one');
  answers.judge([answer('web/b', 3)], 'two');
  expect(outcome(answers)).toEqual([
    ['service-answers', 0],
    ['service-affinity', 0],
  ]);
  answers.judge([answer('web/b', 4)], 'one');
  expect(outcome(answers)[1]).toEqual(['service-affinity', 1]);
  membership.remove(TO, 'web/b', 5);
  answers.judge([answer('web/a', 6)], 'two');
  expect(outcome(answers)[1]).toEqual(['service-affinity', 1]);
});

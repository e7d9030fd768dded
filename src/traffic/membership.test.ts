import { expect, test } from 'vitest';
import { Membership } from './membership.ts';

const WEB = '10.96.0.1:80';

test('an answer is stale when it began after its backend was removed, and misrouted from a stranger', () => {
  const membership = new Membership();
  membership.add(WEB, 'default/a');
  membership.add(WEB, 'default/b');
  membership.add('10.96.0.2:80', 'default/c');
  membership.remove(WEB, 'default/a', 100);
  const answers = [
    { to: WEB, backend: 'default/a', at: 100 },
    { to: WEB, backend: 'default/b', at: 500 },
    { to: WEB, backend: 'default/a', at: 101 },
    { to: WEB, backend: 'default/c', at: 5 },
    { to: '10.96.0.3:80', backend: 'default/c', at: 5 },
  ];
  expect(membership.count(answers)).toEqual({ ok: 2, stale: 1, misrouted: 2, witness: answers[2] });
});

test('a backend that comes back belongs there again', () => {
  const membership = new Membership();
  membership.add(WEB, 'default/a');
  membership.remove(WEB, 'default/a', 100);
  membership.add(WEB, 'default/a');
  expect(membership.judge({ to: WEB, backend: 'default/a', at: 200 })).toBe('ok');
});

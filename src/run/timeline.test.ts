import { expect, test } from 'vitest';
import { monotonicNs } from '../measure/index.ts';
import { Agenda, until } from './timeline.ts';

/** Resolves when everything that is due has been done. */
const emptied = async (agenda: Agenda): Promise<void> => {
  await expect.poll(() => agenda.size).toBe(0);
};

test('work is done in the order of its instants, however it was added', async () => {
  using agenda = new Agenda();
  const begin = monotonicNs() + 5e6;
  const done: number[] = [];
  const order = [7, 3, 9, 0, 5, 1, 8, 2, 6, 4];
  for (const n of order) agenda.add(begin + n * 1e5, () => done.push(n));
  await emptied(agenda);
  expect(done).toEqual(order.toSorted());
});

test('work is never done before its instant, and work of the past at once', async () => {
  using agenda = new Agenda();
  const due = monotonicNs() + 3e6;
  let at = 0;
  let past = false;
  agenda.add(due, () => {
    at = monotonicNs();
  });
  agenda.add(0, () => {
    past = at === 0;
  });
  await emptied(agenda);
  expect(at).toBeGreaterThanOrEqual(due);
  expect(past).toBe(true);
});

test('work may add work, and clearing forgets what is left', async () => {
  using agenda = new Agenda();
  const done: string[] = [];
  agenda.add(0, () => {
    done.push('first');
    agenda.add(0, () => done.push('second'));
  });
  await emptied(agenda);
  agenda.add(monotonicNs() + 1e6, () => done.push('never'));
  agenda.clear();
  await until(monotonicNs() + 3e6);
  expect(done).toEqual(['first', 'second']);
});

test('waiting ends at the instant, at once for the past, and when it is aborted', async () => {
  const instant = monotonicNs() + 2e6;
  await until(instant);
  expect(monotonicNs()).toBeGreaterThanOrEqual(instant);
  await until(0);
  const abort = new AbortController();
  const waiting = until(monotonicNs() + 1e15, abort.signal);
  abort.abort();
  await waiting;
});

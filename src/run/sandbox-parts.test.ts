import { expect, test } from 'vitest';
import { Recorder, type Sample } from '../measure/index.ts';
import { SandboxParts } from './sandbox-parts.ts';

const CALL = { from: 70, to: 90 };
const SANDBOX = { from: 10, to: 100 };

test.each(['call first', 'pod first'])('the parts add up to the whole, %s', (order) => {
  const samples: Sample[] = [];
  const recorder = new Recorder({ sink: { write: (sample) => samples.push(sample) } });
  const parts = new SandboxParts(recorder);
  if (order === 'call first') parts.added('a', CALL);
  parts.seen('a', SANDBOX);
  if (order === 'pod first') parts.added('a', CALL);
  expect(samples.map(({ metric, ns }) => [metric, ns])).toEqual([
    ['pod.sandbox.before', 60],
    ['pod.sandbox.network', 20],
    ['pod.sandbox.after', 10],
  ]);
});

import { expect, test } from 'vitest';
import { stepOf } from './create-cluster.ts';

test.each([
  [' • Preparing nodes 📦 📦 📦  ...', 'Preparing nodes'],
  [' • Starting control-plane 🕹️  ...', 'Starting control-plane'],
  [' • Ensuring node image (churnlab.dev/node:abc) 🖼  ...', 'Ensuring node image (churnlab.dev/node:abc)'],
  [' ✓ Preparing nodes 📦', undefined],
  ['Creating cluster "kind-1a2b" ...', undefined],
])('%s', (line, step) => expect(stepOf(line)).toBe(step));

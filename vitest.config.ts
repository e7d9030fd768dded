import { defineConfig } from 'vitest/config';

/** Tests that need root and a kernel, and tests that need built tools, carry it in their file name. */
const KERNEL = '{src,lab,test}/**/*.kernel.test.ts';
const FULL = '{src,lab,test}/**/*.full.test.ts';

/** How long something takes is the machine's: a poll gives up just before its test does. */
const PATIENT = { poll: { timeout: 14_000 } };

const SEED = './lab/test/fixed-seed.ts';

export default defineConfig({
  test: {
    // One more than vitest's own default, which leaves a core to an editor: on two cores that is half of them.
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'unit',
          // Files share what they import, which takes half as long; none may leave anything behind in it.
          isolate: false,
          // Text is compared whole, and CI=true would colour it.
          env: { NO_COLOR: '1' },
          include: ['{src,lab,test}/**/*.test.ts'],
          exclude: [KERNEL, FULL],
          setupFiles: [SEED],
          expect: PATIENT,
          testTimeout: 15_000,
        },
      },
      {
        // One file at a time in processes of their own: setns is per thread, and the machine is shared.
        test: {
          name: 'kernel',
          include: [KERNEL],
          pool: 'forks',
          fileParallelism: false,
          setupFiles: [SEED],
          expect: PATIENT,
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'full',
          // Of tests that say that they can be at work side by side: a lab each.
          maxConcurrency: 2,
          include: [FULL],
          pool: 'forks',
          fileParallelism: false,
          setupFiles: [SEED],
          expect: PATIENT,
          testTimeout: 300_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});

import { defineConfig } from 'vitest/config';

/** Tests that need root and a kernel, and tests that need built tools, carry it in their file name. */
const KERNEL = '{src,lab,test}/**/*.kernel.test.ts';
const FULL = '{src,lab,test}/**/*.full.test.ts';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['{src,lab,test}/**/*.test.ts'],
          exclude: [KERNEL, FULL],
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
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'full',
          include: [FULL],
          pool: 'forks',
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 900_000,
        },
      },
    ],
  },
});

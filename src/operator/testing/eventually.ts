import { vi } from 'vitest';

/** Tries a check again until it holds; how long that takes is the machine's, so it gives up just before the test does. */
export function eventually(check: () => Promise<void>): Promise<void> {
  return vi.waitFor(check, { timeout: 14_000 });
}

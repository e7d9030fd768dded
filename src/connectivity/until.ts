import { setTimeout as sleep } from 'node:timers/promises';
import { ConnectivityError } from './connectivity-error.ts';

const LOOK_MS = 50;

/**
 * Looks until there is something.
 * @param what what is waited for, for the message
 * @throws ConnectivityError not-ready after `limitMs`; the signal's reason
 */
export async function until<T>(
  look: () => Promise<T | undefined>,
  what: string,
  limitMs: number,
  signal: AbortSignal,
): Promise<T> {
  const deadline = performance.now() + limitMs;
  for (;;) {
    signal.throwIfAborted();
    const found = await look();
    if (found !== undefined) return found;
    if (performance.now() > deadline) {
      throw new ConnectivityError('not-ready', `Waited ${limitMs / 1000} s for ${what} in vain`);
    }
    await sleep(LOOK_MS, undefined, { signal });
  }
}

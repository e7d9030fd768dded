import os from 'node:os';

/** Before other processes of this machine, so that the generator keeps its instants (setpriority(2)). */
const PRIORITY = -10;

/**
 * Puts this process before others until disposed. What it starts meanwhile inherits that: bring labs up before.
 * Without the right to it nothing happens: the generator's own lag, which every result shows, tells whether it mattered.
 */
export function raisePriority(): Disposable {
  const before = os.getPriority();
  try {
    os.setPriority(PRIORITY);
  } catch {
    return { [Symbol.dispose]: () => {} };
  }
  return { [Symbol.dispose]: () => os.setPriority(before) };
}

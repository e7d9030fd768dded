/**
 * The wait before attempt `failures` + 1, in ms: doubles from `base` up to `max`, less up to a fifth, so that
 * many that failed together do not come back together.
 */
export function backoff(failures: number, base: number, max: number): number {
  return Math.min(base * 2 ** Math.min(failures, 30), max) * (1 - Math.random() / 5);
}

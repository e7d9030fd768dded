/**
 * The wait before attempt `failures` + 1, in ms: doubles from `base` up to `max`, less up to a fifth, so that
 * many that failed together do not come back together; `random` gives numbers in [0, 1).
 */
export function backoff(failures: number, base: number, max: number, random = Math.random): number {
  return Math.min(base * 2 ** Math.min(failures, 30), max) * (1 - random() / 5);
}

/** CLOCK_MONOTONIC in nanoseconds; exact as a number for the first 104 days after boot, then to 2 ns. */
export function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}

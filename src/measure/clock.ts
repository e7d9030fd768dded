/**
 * CLOCK_MONOTONIC in ns as a number: exact to 1 ns for 104 days after boot, to 2 ns for the next 104. The
 * same clock as the stamps of the plugin (C) and of every agent on this machine.
 */
export function monotonicNs(): number {
  return Number(process.hrtime.bigint());
}

/** Unix time in ns of the monotonic clock's zero, to convert stamps into dates; within about 1 ms. */
export function monotonicZero(): number {
  return Date.now() * 1e6 - monotonicNs();
}

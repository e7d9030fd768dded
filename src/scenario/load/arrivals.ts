import type { Nanoseconds } from '../schema/quantities.ts';
import type { Arrivals } from '../spec.ts';
import type { Stream } from './stream.ts';

const NS = 1e9;
type Process<Name> = Extract<Arrivals, { process: Name }>;

/**
 * Instants of arrivals in whole nanoseconds from the start of the phase, never falling. All but a
 * trace and steps go on without end: the phase takes as many as it has pods.
 */
export function arrivalOffsets(arrivals: Arrivals, random: Stream): Generator<Nanoseconds, void> {
  switch (arrivals.process) {
    case 'constant':
      return evenly(arrivals.rate);
    case 'poisson':
      return poisson(arrivals.rate, random);
    case 'bursty':
      return 'size' in arrivals ? bursts(arrivals.size, arrivals.every) : onOff(arrivals, random);
    case 'ramp':
      return ramp(arrivals);
    case 'step':
      return steps(arrivals);
    case 'trace':
      return arrivals.offsets[Symbol.iterator]() as Generator<Nanoseconds, void>;
  }
}

/** Arrival i at i / rate. */
function* evenly(rate: number): Generator<Nanoseconds, void> {
  for (let i = 0; ; i++) yield Math.round((i / rate) * NS);
}

/** Gaps are exponential with mean 1 / rate. */
function* poisson(rate: number, random: Stream): Generator<Nanoseconds, void> {
  for (let at = 0; ; ) {
    at += random.exponential() / rate;
    yield Math.round(at * NS);
  }
}

/** `size` arrivals at 0, at `every`, at 2 `every`, ... */
function* bursts(size: number, every: Nanoseconds): Generator<Nanoseconds, void> {
  for (let burst = 0; ; burst++) {
    for (let i = 0; i < size; i++) yield burst * every;
  }
}

/**
 * An interrupted Poisson process: while on, Poisson with `rate`; times on and off are exponential. It
 * begins on. A gap that outlasts the time on is drawn anew when it is on again, which changes nothing
 * for an exponential gap.
 */
function* onOff(
  { rate, on, off }: Extract<Process<'bursty'>, { rate: number }>,
  random: Stream,
): Generator<Nanoseconds, void> {
  let begin = 0;
  for (;;) {
    const end = begin + on * random.exponential();
    for (let at = begin; ; ) {
      at += (random.exponential() / rate) * NS;
      if (at >= end) break;
      yield Math.round(at);
    }
    begin = end + off * random.exponential();
  }
}

/**
 * N(t) = from t + (to - from) t² / (2 over) arrivals have come by t, up to `over`; then `to` a second.
 * Arrival i comes when N(t) = i.
 */
function* ramp({ from, to, over }: Process<'ramp'>): Generator<Nanoseconds, void> {
  const seconds = over / NS;
  const slope = (to - from) / seconds;
  const within = ((from + to) / 2) * seconds;
  for (let i = 0; ; i++) {
    // The form of the quadratic solution that does not cancel for a flat ramp; 0/0 is arrival 0 from rest.
    const root = Math.sqrt(from ** 2 + 2 * slope * i);
    const at = i < within ? (i === 0 ? 0 : (2 * i) / (from + root)) : seconds + (i - within) / to;
    yield Math.round(at * NS);
  }
}

/** Each step is evenly spaced and begins where the one before ended, mid-gap included. */
function* steps({ steps }: Process<'step'>): Generator<Nanoseconds, void> {
  let begin = 0;
  let before = 0; // Arrivals due in the steps so far, fractions included.
  let next = 0;
  for (const { rate, for: length } of steps) {
    const until = before + (rate * length) / NS;
    for (; next < until - 1e-9; next++) yield begin + Math.round(((next - before) / rate) * NS);
    begin += length;
    before = until;
  }
}

/** How many arrivals a process can give: all it is asked for, but for steps and traces. */
export function arrivalsAvailable(arrivals: Arrivals): number {
  if (arrivals.process === 'trace') return arrivals.offsets.length;
  if (arrivals.process !== 'step') return Number.POSITIVE_INFINITY;
  const due = arrivals.steps.reduce((sum, { rate, for: length }) => sum + (rate * length) / NS, 0);
  return Math.ceil(due - 1e-9);
}

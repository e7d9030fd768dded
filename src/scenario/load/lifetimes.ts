import type { Nanoseconds } from '../schema/quantities.ts';
import type { Lifetime } from '../spec.ts';
import { lognormalFrom } from './lognormal.ts';
import { paretoFrom } from './pareto.ts';
import type { Stream } from './stream.ts';

/**
 * Lifetimes, one per pod in the order of arrival, in whole nanoseconds; without end but for a trace.
 * The lifetime must have passed the checks of a scenario: mean and p99 that no distribution has throw
 * a RangeError.
 */
export function* lifetimes(lifetime: Lifetime, random: Stream): Generator<Nanoseconds, void> {
  if (lifetime.distribution === 'trace') {
    yield* lifetime.lifetimes;
    return;
  }
  const draw = sampler(lifetime, random);
  const longest = ('max' in lifetime ? lifetime.max : undefined) ?? Number.MAX_SAFE_INTEGER;
  for (;;) yield Math.min(longest, Math.round(draw()));
}

function sampler(lifetime: Exclude<Lifetime, { distribution: 'trace' }>, random: Stream): () => number {
  switch (lifetime.distribution) {
    case 'fixed':
      return () => lifetime.mean;
    case 'exponential':
      return () => lifetime.mean * random.exponential();
    case 'lognormal': {
      const { mu, sigma } = possible(lognormalFrom(lifetime.mean, lifetime.p99), lifetime);
      return () => Math.exp(mu + sigma * random.normal());
    }
    case 'pareto': {
      const { alpha, scale } = possible(paretoFrom(lifetime.mean, lifetime.p99), lifetime);
      return () => scale * random.uniform() ** (-1 / alpha);
    }
  }
}

function possible<T>(
  found: T | undefined,
  { distribution, mean, p99 }: Extract<Lifetime, { p99: number }>,
): T {
  if (found === undefined)
    throw new RangeError(`No ${distribution} distribution has mean ${mean} and p99 ${p99}`);
  return found;
}

import { formatCount, formatDuration, formatRate } from '../schema/quantities.ts';
import type { Arrivals, Lifetime } from '../spec.ts';

/** When pods arrive, as the end of a sentence that begins with "pods arrive". */
export function arrivalsInWords(arrivals: Arrivals): string {
  switch (arrivals.process) {
    case 'constant':
      return `evenly spaced, ${formatRate(arrivals.rate)}`;
    case 'poisson':
      return `at random and independently of one another (Poisson), ${formatRate(arrivals.rate)} on average`;
    case 'bursty':
      return 'size' in arrivals
        ? `in bursts of ${formatCount(arrivals.size)} at one instant, every ${formatDuration(arrivals.every)}`
        : `in random bursts: at ${formatRate(arrivals.rate)} for ${formatDuration(arrivals.on)} on average, then not at all for ${formatDuration(arrivals.off)} on average`;
    case 'ramp':
      return `at a rate that goes from ${formatRate(arrivals.from)} to ${formatRate(arrivals.to)} within ${formatDuration(arrivals.over)} and then stays`;
    case 'step':
      return `in steps: ${arrivals.steps.map(({ rate, for: length }) => `${formatRate(rate)} for ${formatDuration(length)}`).join(', ')}`;
    case 'trace':
      return `at the offsets recorded in ${arrivals.file}`;
  }
}

/** How long pods live, as the end of a sentence that begins with "Each lives". */
export function lifetimeInWords(lifetime: Lifetime): string {
  const longest =
    'max' in lifetime && lifetime.max !== undefined
      ? `, never longer than ${formatDuration(lifetime.max)}`
      : '';
  switch (lifetime.distribution) {
    case 'fixed':
      return formatDuration(lifetime.mean);
    case 'exponential':
      return `${formatDuration(lifetime.mean)} on average (exponential)${longest}`;
    case 'lognormal':
    case 'pareto': {
      const name = lifetime.distribution === 'pareto' ? 'Pareto' : 'log-normal';
      return `${formatDuration(lifetime.mean)} on average (${name}), one in a hundred longer than ${formatDuration(lifetime.p99)}${longest}`;
    }
    case 'trace':
      return `as long as recorded in ${lifetime.file}`;
  }
}

/** `a, b and c` */
export function listInWords(items: readonly string[]): string {
  return items.length < 2 ? (items[0] ?? '') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`;
}

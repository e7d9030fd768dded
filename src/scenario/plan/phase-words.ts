import { formatCount, formatDuration, formatPercent, formatRate } from '../schema/quantities.ts';
import type { Change, ChurnPhase, Phase, Release } from '../spec.ts';
import { servicesInWords, trafficInWords } from './service-words.ts';
import { arrivalsInWords, lifetimeInWords, listInWords } from './words.ts';

/** What a phase does, in sentences. */
export function phaseInWords(phase: Phase): string {
  if (phase.kind === 'drain') {
    return `Whatever still lives is deleted. Within ${formatDuration(phase.deadline)} nothing may be left: no address, link, namespace, route or file.`;
  }
  if (phase.kind === 'traffic') return trafficInWords(phase);
  const sentences = [
    arriving(phase),
    ...demand(phase),
    phase.lifetime === undefined
      ? 'Each lives until it is released or drained.'
      : `Each lives ${lifetimeInWords(phase.lifetime)}.`,
    `One that is not ready within ${formatDuration(phase.deadline)} has failed.`,
    ...(phase.maxAlive === undefined
      ? []
      : [
          `An arrival that finds ${formatCount(phase.maxAlive)} ${NOUN[phase.subject]} alive is dropped and counted.`,
        ]),
    ...(phase.release === undefined ? [] : [releaseInWords(phase.release, NOUN[phase.subject])]),
  ];
  return sentences.join(' ');
}

/** What arrives, in the plural. */
const NOUN = { pod: 'pods', node: 'hollow nodes', service: 'Services' } as const;

/** What arrives in all phases: `pods and Services`. */
export function arrivingInWords(phases: readonly Phase[]): string {
  const nouns = phases.flatMap((phase) => (phase.kind === 'churn' ? NOUN[phase.subject] : []));
  return listInWords([...new Set(nouns)]);
}

function arriving(phase: ChurnPhase): string {
  const count = `${formatCount(phase.count)} ${NOUN[phase.subject]}`;
  if (phase.mode === 'closed') {
    return `${count}, ${formatCount(phase.inFlight)} being started at any time: the next one starts when one is done (closed loop: throughput counts, waiting does not show).`;
  }
  const fill =
    'fill' in phase
      ? `, as many as bring the living ones to ${formatPercent(phase.fill)} of all addresses,`
      : '';
  return `${count}${fill} arrive ${arrivalsInWords(phase.arrivals)}, whether or not earlier ones are ready.`;
}

function* demand(phase: ChurnPhase): Generator<string> {
  if (phase.subject === 'node') {
    yield 'A hollow node is an object of the API without an agent; it is ready when it has its CIDR.';
  } else if (phase.subject === 'service') {
    yield* servicesInWords(phase);
  } else {
    if (phase.on !== undefined) yield `All go to ${listInWords(phase.on)}.`;
    if (phase.pools !== undefined) yield `${poolsInWords(phase.pools)}.`;
  }
}

function poolsInWords(weights: Readonly<Record<string, number>>): string {
  const sum = Object.values(weights).reduce((total, weight) => total + weight, 0);
  const shares = Object.entries(weights).map(
    ([pool, weight]) => `${formatPercent(weight / sum)} for an address of pool ${pool}`,
  );
  return `They ask by chance: ${listInWords(shares)}`;
}

const ORDER = { random: 'chosen by chance', oldest: 'the oldest first', newest: 'the newest first' } as const;

function releaseInWords({ after, share, order, rate }: Release, noun: string): string {
  const pace = rate === undefined ? 'all at once' : formatRate(rate);
  return `After ${formatDuration(after)}, ${formatPercent(share)} of the ${noun} that earlier phases brought and that live then are deleted, ${ORDER[order]}, ${pace}.`;
}

/** A change of the pools, in a sentence. */
export function changeInWords(change: Change): string {
  const when = `${formatDuration(change.at)} after the first phase begins,`;
  switch (change.action) {
    case 'growPool':
      return `${when} pool ${change.pool} gets ${listInWords(change.cidrs)} on top.`;
    case 'addPool':
      return `${when} pool ${change.pool} is made: a /${change.nodeMask} at a time out of ${listInWords(change.cidrs)}.`;
    case 'removePool':
      return `${when} pool ${change.pool} is deleted.`;
  }
}

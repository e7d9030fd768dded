import type { BatchCounts } from '../traffic/index.ts';
import type { Expectation } from './case.ts';

/** What became of one or more batches, by pod names without their namespace. */
export type Seen = Pick<BatchCounts, 'count' | 'ok' | 'failed' | 'backends'>;

/** Adds up batches of one cell. */
export function sumOf(batches: readonly Seen[]): Seen {
  const add = (pick: (seen: Seen) => Readonly<Record<string, number>>): Record<string, number> => {
    const sums: Record<string, number> = {};
    for (const [name, n] of batches.flatMap((each) => Object.entries(pick(each)))) {
      sums[name] = (sums[name] ?? 0) + n;
    }
    return sums;
  };
  return {
    count: batches.reduce((sum, { count }) => sum + count, 0),
    ok: batches.reduce((sum, { ok }) => sum + ok, 0),
    failed: add(({ failed }) => failed),
    backends: add(({ backends }) => backends),
  };
}

/** Why this is not what was expected; undefined when it is. */
export function judge(expectation: Expectation, seen: Seen): string | undefined {
  const found = describe(seen);
  switch (expectation.kind) {
    case 'refused': {
      // A rule on the way out says the same of UDP by EPERM; what is not said at once may be said the next time.
      const { refused = 0, denied = 0 } = seen.failed;
      return seen.ok === 0 && refused + denied > 0 ? undefined : `expected to be refused, ${found}`;
    }
    case 'nobody':
      return seen.ok === 0 ? undefined : `expected no answer, ${found}`;
    case 'answers': {
      const { by, spread } = expectation;
      const all = by.join(', ');
      if (seen.ok !== seen.count) return `expected answers of ${all}, ${found}`;
      const names = Object.keys(seen.backends);
      const foreign = names.filter((name) => !by.includes(name));
      if (foreign.length > 0) return `expected answers of ${all} only, ${found}`;
      if (spread === 'one' && names.length > 1) return `expected always the same of ${all}, ${found}`;
      if (spread === 'all' && names.length < by.length) return `expected answers of each of ${all}, ${found}`;
      return undefined;
    }
  }
}

function describe({ count, backends, failed }: Seen): string {
  const parts = [...Object.entries(backends), ...Object.entries(failed)].map(([name, n]) => `${name} ${n}`);
  return `got of ${count}: ${parts.join(', ') || 'nothing'}`;
}

import exec from 'k6/execution';
import type { Options } from 'k6/options';
import { params, places } from 'k6/x/podnet';

/** What every script here takes from its runner; a script's own options come on top. */
interface LoadParams {
  /** Places to dial from, one for each virtual user in turn; all that there are when absent. */
  readonly from?: readonly string[];
  readonly to: readonly string[];
  /** Requests in a batch, which is one iteration; 200. */
  readonly batch?: number;
  /** Virtual users; 1. Batches of several go on at the same time. */
  readonly vus?: number;
  readonly duration?: string;
  /** Batches a second, begun on schedule whatever became of the ones before; without it each follows the one before. */
  readonly rate?: number;
  readonly expect?: readonly string[];
}

const BATCH = 200;
const DURATION = '10s';

/** The runner's parameters. @throws when there is nothing to dial */
export function load<T>(): LoadParams & Partial<T> {
  const given = params as unknown as LoadParams & Partial<T>;
  if (!given.to?.length) throw new Error('Expected params.to, addresses with ports to dial, got none');
  return given;
}

/** Open loop where there is a rate, closed loop otherwise; an answer from a foreign backend fails the run. */
export function optionsOf({ vus = 1, duration = DURATION, rate }: LoadParams): Options {
  return {
    scenarios: {
      load:
        rate === undefined
          ? { executor: 'constant-vus', vus, duration }
          : {
              executor: 'constant-arrival-rate',
              rate,
              timeUnit: '1s',
              duration,
              preAllocatedVUs: vus,
              maxVUs: vus,
            },
    },
    thresholds: { podnet_misrouted: ['count==0'] },
    discardResponseBodies: true,
  };
}

/** The options of this virtual user's batches. */
export function batchOf({ from = places, to, batch: count = BATCH, expect }: LoadParams) {
  const place = from[exec.vu.idInTest % from.length];
  return { to, count, ...(place !== undefined && { from: place }), ...(expect && { expect }) };
}

import { format } from '../stats/index.ts';
import type { RunDocument } from './folder/document.ts';

/** An open-loop generator may be this late at p99, whatever is measured, ns. */
const LAG_LIMIT_NS = 5e6;
/** Beyond that, its lag may be this share of the p99 of what is measured: the lag is a part of it. */
const LAG_SHARE = 0.1;

/**
 * Why the whole run says nothing, or undefined: the generator did not keep up with its schedule, so the load
 * was not the load that was asked for. A closed loop has no schedule to keep.
 */
export function generatorDoubt({ load, summaries }: RunDocument): string | undefined {
  if (load.mode === 'closed') return undefined;
  const missing = load.planned - load.started - load.dropped;
  if (missing > 0)
    return `the generator did not keep up: ${missing} of ${load.planned} arrivals never started`;
  const measured =
    summaries.find(({ key }) => key === 'pod.sandbox') ?? summaries.find(({ key }) => key === 'cni.add');
  const limit = Math.max(LAG_LIMIT_NS, LAG_SHARE * (measured?.p99.value ?? 0));
  if (load.lag.p99 <= limit) return undefined;
  return `the generator did not keep up: its lag p99 ${format(load.lag.p99, 'ns')} is above ${format(limit, 'ns')}`;
}

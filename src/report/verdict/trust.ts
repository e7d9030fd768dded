import type { RunDocument } from '../../measure/index.ts';
import { format } from '../../stats/index.ts';

/** An open-loop generator may be this late at p99, whatever is measured, ns. */
const LAG_LIMIT_NS = 5e6;
/** Beyond that, its lag may be this share of the p99 of what is measured: the lag is a part of it. */
const LAG_SHARE = 0.1;
/** Above these the machine was busy with something else, and a broken limit may be its doing. */
const CONDITION_LIMITS = { stealShare: 0.1, noiseRatio: 5, noiseDrift: 1.5 } as const;

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

/**
 * Why the machine cannot be trusted, or undefined. Noise makes a run slower, never faster: it puts a broken
 * limit in doubt, not one that held.
 */
export function machineDoubt({ fingerprint: { condition } }: RunDocument): string | undefined {
  const { stealShare, noiseBefore, noiseAfter } = condition;
  if (stealShare > CONDITION_LIMITS.stealShare) {
    return `the hypervisor took ${format(stealShare, 'ratio')} of the CPU time (steal)`;
  }
  for (const [when, probe] of [
    ['before', noiseBefore],
    ['after', noiseAfter],
  ] as const) {
    const ratio = probe.p99 / probe.p50;
    if (ratio > CONDITION_LIMITS.noiseRatio) {
      return `the machine was noisy ${when} the run: p99 of a fixed piece of work ${ratio.toFixed(1)} times its median`;
    }
  }
  const drift = Math.max(noiseBefore.p50 / noiseAfter.p50, noiseAfter.p50 / noiseBefore.p50);
  if (drift > CONDITION_LIMITS.noiseDrift) {
    return `the machine changed its speed ${drift.toFixed(1)} times between start and end`;
  }
  return undefined;
}

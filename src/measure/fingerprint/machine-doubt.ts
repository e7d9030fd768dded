import { format } from '../../stats/index.ts';
import type { Fingerprint } from '../folder/document.ts';

/** Above these the machine was busy with something else, and a broken limit may be its doing. */
const CONDITION_LIMITS = { stealShare: 0.1, noiseRatio: 5, noiseDrift: 1.5 } as const;

/**
 * Why the machine cannot be trusted, or undefined. Noise makes a run slower, never faster: it puts a broken
 * limit in doubt, not one that held.
 */
export function machineDoubt({
  fingerprint: { condition },
}: {
  readonly fingerprint: Pick<Fingerprint, 'condition'>;
}): string | undefined {
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

import type { Fingerprint } from '../../measure/index.ts';
import { format } from '../../stats/index.ts';

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Of every result. */
export interface Measured {
  readonly startedAt: string;
  readonly endedAt: string;
  readonly fingerprint: Fingerprint;
}

/** What it was measured on, and how quiet that was. */
export function machineLines({
  startedAt,
  endedAt,
  fingerprint: { identity, condition },
}: Measured): (readonly [name: string, value: string])[] {
  const minutes = (Date.parse(endedAt) - Date.parse(startedAt)) / 60_000;
  const { noiseBefore, noiseAfter } = condition;
  return [
    ['measured', `${startedAt.slice(0, 16).replace('T', ' ')} UTC, in ${minutes.toFixed(1)} min`],
    [
      'machine',
      `${identity.cores} × ${identity.cpu}, ${format(identity.memoryBytes, 'bytes')}, ${identity.arch}`,
    ],
    ['kernel', `Linux ${identity.kernel}`],
    [
      'versions',
      `churnlab ${identity.churnlab} (${identity.commit.slice(0, 12)}${identity.dirty ? ', changed' : ''}), Node ${identity.node}`,
    ],
    [
      'condition',
      `steal ${percent(condition.stealShare)}, load ${condition.loadBefore.toFixed(1)} before, ` +
        `noise p99 ${format(noiseBefore.p99, 'ns')} before and ${format(noiseAfter.p99, 'ns')} after`,
    ],
  ];
}

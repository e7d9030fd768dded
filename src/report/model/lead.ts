import type { RunDocument } from '../../measure/index.ts';
import { format, formatCount } from '../../stats/index.ts';
import { completedPerSecond } from '../verdict/rate-gate.ts';

/** What was measured, where, and how the load went: the lines between the title and the tables. */
export function leadLines(run: RunDocument): string[] {
  const { load, fingerprint, scenario } = run;
  const { identity, condition } = fingerprint;
  const offered = load.durationNs > 0 ? ` at ${format(load.started / (load.durationNs / 1e9), '1/s')}` : '';
  return [
    Object.entries(run.lab)
      .map(([name, value]) => `${name} ${value}`)
      .join(' · '),
    `${load.mode} loop · ${formatCount(load.started)} of ${formatCount(load.planned)} started${offered} in ${format(load.durationNs, 'ns')} · ` +
      `${formatCount(load.completed)} completed (${format(completedPerSecond(load) || 0, '1/s')}) · ` +
      `${formatCount(load.failed)} failed · ${formatCount(load.dropped)} dropped`,
    `generator: ${formatCount(load.late)} late by more than ${format(load.lateAfterNs, 'ns')} · lag p50 ${format(load.lag.p50, 'ns')}, p99 ${format(load.lag.p99, 'ns')}, max ${format(load.lag.max, 'ns')}`,
    `machine: ${identity.cores} × ${identity.cpu} · ${format(identity.memoryBytes, 'bytes')} · Linux ${identity.kernel}${identity.emulated ? ' (emulated)' : ''} · Node ${identity.node} · ` +
      `churnlab ${identity.churnlab} ${identity.commit.slice(0, 12)}${identity.dirty ? ' (changed)' : ''}`,
    `condition: steal ${format(condition.stealShare, 'ratio')} · load ${condition.loadBefore.toFixed(1)} before, ${condition.loadAfter.toFixed(1)} after · ` +
      `noise p99/p50 ${noiseRatio(condition.noiseBefore)} before, ${noiseRatio(condition.noiseAfter)} after`,
    ...scenario.changed.map((line) => `changed: ${line}`),
  ];
}

function noiseRatio({ p50, p99 }: { readonly p50: number; readonly p99: number }): string {
  return (p99 / p50).toFixed(1);
}

/** What a dialer of another machine tells, by this machine's clock. */
import type { BatchCounts } from './batch.ts';
import type { ProbeReport, Seen } from './probe.ts';
import type { SampleBlock } from './sample-block.ts';

/** An instant of the dialer's CLOCK_MONOTONIC as one of ours, in ns. */
export type Shift = (ns: number) => number;

export function shiftCounts(counts: BatchCounts, shift: Shift): BatchCounts {
  return { ...counts, startNs: shift(counts.startNs), endNs: shift(counts.endNs) };
}

export function shiftReport(report: ProbeReport, shift: Shift): ProbeReport {
  const all = (of: Readonly<Record<string, Seen>>): Record<string, Seen> =>
    Object.fromEntries(
      Object.entries(of).map(([key, seen]) => [
        key,
        { ...seen, firstNs: shift(seen.firstNs), lastNs: shift(seen.lastNs) },
      ]),
    );
  return { ...report, backends: all(report.backends), failed: all(report.failed) };
}

/** Durations stay as they are. */
export function shiftBlock(block: SampleBlock, shift: Shift): SampleBlock {
  const { header, at } = block;
  return {
    ...block,
    header: { ...header, startNs: shift(header.startNs), endNs: shift(header.endNs) },
    at: at.map(shift),
  };
}

import { processStat } from '../../src/substrate/index.ts';

/** A process as no other is called, also after its number was given to another: number and start in clock ticks. */
export function processMark(pid = process.pid): string | undefined {
  const stat = processStat(pid);
  return stat && `${pid}.${stat.field(22)}`;
}

/** Whether the process of a mark still runs. */
export function isAlive(mark: string): boolean {
  return processMark(Number.parseInt(mark, 10)) === mark;
}

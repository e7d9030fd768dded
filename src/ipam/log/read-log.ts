import { IpamError } from '../ipam-error.ts';
import { decodeLine, type LogLine } from './log-line.ts';
import type { LogRecord } from './record-store.ts';

export interface LogContents {
  readonly records: LogRecord[];
  /** Bytes of whole lines from the start of the file: what lies behind is a torn write, to be cut off. */
  readonly length: number;
  /** Number of the last write seen. */
  readonly write: number;
}

/**
 * Reads the bytes of a log. A crash may tear the last write anywhere, in its middle too when its pages reached
 * the disk out of order: that write was never answered, so the first bad line and what follows are dropped.
 * @throws IpamError `log-corrupt` when whole lines of another write follow the bad one: it was answered.
 */
export function readLog(bytes: Buffer, path: string): LogContents {
  const records: LogRecord[] = [];
  let length = 0;
  let last = { write: 0, left: 0 };
  for (let number = 1; length < bytes.length; number++) {
    const end = bytes.indexOf(10, length);
    const line = end < 0 ? undefined : decodeLine(bytes.toString('utf8', length, end));
    if (line === undefined) {
      const torn = last.left > 0 ? last.write : last.write + 1;
      if (wholeLines(bytes, end).every((later) => later.write === torn)) break;
      throw new IpamError(
        'log-corrupt',
        `${path}: line ${number} is damaged and later ones are whole: it may name addresses in use. ` +
          'Move the file away only when the node has no pods.',
      );
    }
    records.push(line.record);
    last = line;
    length = end + 1;
  }
  return { records, length, write: last.write };
}

function wholeLines(bytes: Buffer, from: number): LogLine[] {
  if (from < 0) return [];
  const lines = bytes
    .toString('utf8', from + 1)
    .split('\n')
    .slice(0, -1);
  return lines.map(decodeLine).filter((line) => line !== undefined);
}

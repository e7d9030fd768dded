import { crc32 } from 'node:zlib';
import type { LogRecord } from './record-store.ts';

export interface LogLine {
  /** Number of the write that carried the line, from 1. */
  readonly write: number;
  /** How many lines of the same write follow. */
  readonly left: number;
  readonly record: LogRecord;
}

/**
 * `<CRC-32 of the rest, hex> <write> <left> <record as JSON>` and a newline. The two numbers let a reader tell a
 * write torn by a crash from damage among older, answered records.
 */
export function encodeLine({ write, left, record }: LogLine): string {
  const rest = `${write} ${left} ${JSON.stringify(record)}`;
  return `${checksum(rest)} ${rest}\n`;
}

/** A line without its newline, or undefined when it is not whole. */
export function decodeLine(line: string): LogLine | undefined {
  const match = /^([0-9a-f]{8}) ((\d+) (\d+) (.*))$/.exec(line);
  if (match === null || checksum(match[2]!) !== match[1]) return undefined;
  return { write: Number(match[3]), left: Number(match[4]), record: JSON.parse(match[5]!) as LogRecord };
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0');
}

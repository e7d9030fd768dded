/**
 * The bytes between churnlab-cni (plugin/churnlab-cni.c) and the agent, on a unix stream socket.
 *
 * Request: the variables of the call as `NAME=value` lines, an empty line, then stdin as it is; the client shuts
 * down its writing side. CHURNLAB_T0 is CLOCK_MONOTONIC in ns at the program's first instruction.
 * Reply: the exit code in decimal on a line of its own, then what goes to stdout as it is; then close.
 * An entry of the DEL queue (del-queue.ts) is a request.
 */
import type { CniEnvironment } from '../args.ts';
import { CNI_CODES, CniError } from '../errors.ts';

/** Larger requests are refused; a configuration with previous result is some KiB. */
export const MAX_REQUEST_BYTES = 1 << 20;

export interface WireRequest {
  readonly env: CniEnvironment;
  readonly stdin: string;
}

export interface WireReply {
  readonly exitCode: number;
  readonly stdout: string;
}

const EMPTY_LINE = '\n\n';

/** Splits a request. Throws CniError 5 for one that was cut off or has a line without `=`. */
export function decodeRequest(bytes: Uint8Array): WireRequest {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const end = text.indexOf(EMPTY_LINE);
  if (end < 0) throw new CniError(CNI_CODES.io, 'request of churnlab-cni ends within its variables');
  const env: Record<string, string> = {};
  for (const line of text.slice(0, end).split('\n')) {
    const equals = line.indexOf('=');
    if (equals < 1)
      throw new CniError(CNI_CODES.io, `request has a line without a name: ${JSON.stringify(line)}`);
    env[line.slice(0, equals)] = line.slice(equals + 1);
  }
  return { env, stdin: text.slice(end + EMPTY_LINE.length) };
}

/** The request as bytes: what churnlab-cni sends. */
export function encodeRequest({ env, stdin }: WireRequest): Buffer {
  const lines = Object.entries(env).map(([name, value]) => `${name}=${value}\n`);
  return Buffer.from(`${lines.join('')}\n${stdin}`);
}

export function encodeReply({ exitCode, stdout }: WireReply): Buffer {
  return Buffer.from(`${exitCode}\n${stdout}`);
}

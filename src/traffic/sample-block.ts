import type { BatchKind } from './batch.ts';
import type { Answer } from './membership.ts';
import { TrafficError } from './traffic-error.ts';

/** Begins every block; xk6/internal/dial/samples.go writes them. */
const MAGIC = 'PNS1';
const PREFIX = 12;
/** Bytes of one request in all columns. */
const ROW = 3 * 8 + 4 + 2 + 1;

interface Header {
  readonly kind: BatchKind;
  readonly from: string;
  readonly labels: Readonly<Record<string, string>> | null;
  readonly startNs: number;
  readonly endNs: number;
  readonly bytes: number;
  readonly clients: number;
  readonly count: number;
  readonly to: readonly string[];
  readonly backends: readonly string[];
  readonly outcomes: readonly string[];
}

/** What one client of a batch saw, in columns: one entry a request. Times in ns. */
export interface SampleBlock {
  readonly header: Header;
  readonly at: Float64Array;
  /** -1 where nothing was connected. */
  readonly connect: Float64Array;
  /** 0 where the connection was not made. */
  readonly request: Float64Array;
  /** Places in the header's lists. */
  readonly to: Uint32Array;
  readonly backend: Uint16Array;
  readonly outcome: Uint8Array;
}

/** The blocks of a file, one after another. Throws TrafficError damaged. */
export function* decodeBlocks(file: Buffer): Generator<SampleBlock> {
  for (let at = 0; at < file.length; ) {
    if (file.length < at + PREFIX || file.toString('latin1', at, at + 4) !== MAGIC) {
      throw new TrafficError('damaged', `Expected a block of samples at byte ${at} of ${file.length}`);
    }
    const headerEnd = at + PREFIX + file.readUInt32LE(at + 4);
    const end = headerEnd + file.readUInt32LE(at + 8);
    if (end > file.length)
      throw new TrafficError('damaged', `Expected ${end} bytes of samples, got ${file.length}`);
    const header = JSON.parse(file.toString('utf8', at + PREFIX, headerEnd)) as Header;
    if (end - headerEnd !== header.count * ROW) {
      throw new TrafficError(
        'damaged',
        `Expected columns of ${header.count} requests, got ${end - headerEnd} bytes`,
      );
    }
    yield columns(header, file.subarray(headerEnd, end));
    at = end;
  }
}

function columns(header: Header, bytes: Buffer): SampleBlock {
  // A copy of its own begins at offset 0, where typed arrays are aligned.
  const { buffer } = Uint8Array.from(bytes);
  const { count } = header;
  return {
    header,
    at: new Float64Array(buffer, 0, count),
    connect: new Float64Array(buffer, 8 * count, count),
    request: new Float64Array(buffer, 16 * count, count),
    to: new Uint32Array(buffer, 24 * count, count),
    backend: new Uint16Array(buffer, 28 * count, count),
    outcome: new Uint8Array(buffer, 30 * count, count),
  };
}

/** Blocks of the same batch: the dialer writes one for each client, together. */
export function* batches(blocks: Iterable<SampleBlock>): Generator<SampleBlock[]> {
  let batch: SampleBlock[] = [];
  for (const block of blocks) {
    batch.push(block);
    if (batch.length === block.header.clients) {
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) throw new TrafficError('damaged', 'The last batch of samples is not complete');
}

/** Requests that were answered, by whom. */
export function* answersOf(blocks: Iterable<SampleBlock>): Generator<Answer> {
  for (const { header, at, to, backend, outcome } of blocks) {
    for (let i = 0; i < at.length; i++) {
      if (header.outcomes[outcome[i]!] !== 'ok') continue;
      yield { to: header.to[to[i]!]!, backend: header.backends[backend[i]!]!, at: at[i]! };
    }
  }
}

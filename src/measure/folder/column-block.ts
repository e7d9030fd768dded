import { inflateRawSync } from 'node:zlib';
import { isMetricName, type MetricName } from '../metrics.ts';
import { OUTCOMES, type Sample } from '../sample.ts';
import { RunFolderError } from './run-folder-error.ts';

/** Begins every block: damage shows at once, and a reader can tell the file by its first bytes. */
const MAGIC = 'CLSB';
/** Magic, length of the header, length of the payload: little endian. */
export const PREFIX = 12;

/** Samples of one series, column by column. */
export interface ColumnBlock {
  readonly metric: MetricName;
  readonly labels: Readonly<Record<string, string>>;
  readonly at: Float64Array;
  readonly value: Float64Array;
  readonly outcome: Uint8Array;
  /** Empty where a sample names none. */
  readonly nodes: readonly string[];
  readonly pods: readonly string[];
}

interface Header {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly count: number;
  readonly outcomes: readonly string[];
  readonly nodes: readonly string[];
}

/** The header as it is stored and the columns one after the other, not yet compressed. */
export function encodeBlock(block: ColumnBlock): { header: Buffer; payload: Buffer } {
  const nodes = [...new Set(block.nodes)];
  const numbers = new Map(nodes.map((node, i) => [node, i]));
  const header: Header = {
    metric: block.metric,
    labels: block.labels,
    count: block.at.length,
    outcomes: OUTCOMES,
    nodes,
  };
  const nodeColumn = Uint16Array.from(block.nodes, (node) => numbers.get(node)!);
  return {
    header: Buffer.from(JSON.stringify(header)),
    payload: Buffer.concat([
      bytesOf(block.at),
      bytesOf(block.value),
      bytesOf(nodeColumn),
      bytesOf(block.outcome),
      Buffer.from(block.pods.join('\n')),
    ]),
  };
}

/** A block as it is in the file. */
export function frameBlock(header: Buffer, compressed: Buffer): Buffer {
  const prefix = Buffer.alloc(PREFIX);
  prefix.write(MAGIC, 'latin1');
  prefix.writeUInt32LE(header.length, 4);
  prefix.writeUInt32LE(compressed.length, 8);
  return Buffer.concat([prefix, header, compressed]);
}

/** Lengths that follow a prefix. Throws RunFolderError `damaged`. */
export function readPrefix(prefix: Buffer): { header: number; payload: number } {
  if (prefix.length < PREFIX || prefix.toString('latin1', 0, 4) !== MAGIC) {
    throw new RunFolderError('damaged', `Expected a block beginning with ${MAGIC} in samples.columns`);
  }
  return { header: prefix.readUInt32LE(4), payload: prefix.readUInt32LE(8) };
}

/** The samples of a block. Throws RunFolderError `damaged`, or `unknown-metric` from a newer version. */
export function* decodeBlock(headerBytes: Buffer, compressed: Buffer): Generator<Sample> {
  const header = JSON.parse(headerBytes.toString()) as Header;
  if (!isMetricName(header.metric)) {
    throw new RunFolderError('unknown-metric', `Expected a known metric, got ${header.metric}`);
  }
  const payload = inflateRawSync(compressed);
  const { count } = header;
  if (payload.length < count * 19) throw new RunFolderError('damaged', 'Expected longer columns in a block');
  // A copy of its own begins at offset 0, where typed arrays are aligned.
  const { buffer } = Uint8Array.from(payload);
  const at = new Float64Array(buffer, 0, count);
  const value = new Float64Array(buffer, count * 8, count);
  const node = new Uint16Array(buffer, count * 16, count);
  const outcome = new Uint8Array(buffer, count * 18, count);
  const pods = payload.toString('utf8', count * 19).split('\n');
  const labelled = Object.keys(header.labels).length > 0;
  for (let i = 0; i < count; i++) {
    const name = header.outcomes[outcome[i]!]!;
    const nodeName = header.nodes[node[i]!]!;
    yield {
      metric: header.metric,
      ns: value[i]!,
      at: at[i]!,
      ok: name === 'ok',
      ...(name === 'pending' && { pending: true }),
      ...(name !== 'ok' && name !== 'pending' && { class: name as NonNullable<Sample['class']> }),
      ...(nodeName !== '' && { node: nodeName }),
      ...(pods[i] !== '' && { pod: pods[i]! }),
      ...(labelled && { labels: header.labels }),
    };
  }
}

function bytesOf(column: Float64Array | Uint16Array | Uint8Array): Buffer {
  return Buffer.from(column.buffer, column.byteOffset, column.byteLength);
}

import { expect, test } from 'vitest';
import { answersOf, batches, decodeBlocks, type SampleBlock } from './sample-block.ts';
import { batchSamples, rates } from './to-samples.ts';

type Row = readonly [
  at: number,
  connect: number,
  request: number,
  to: number,
  backend: number,
  outcome: number,
];

const HEADER = {
  kind: 'crr',
  from: 'default/client',
  labels: { path: 'direct' },
  startNs: 1000,
  endNs: 3000,
  bytes: 0,
  clients: 1,
  to: ['10.0.0.1:80', '10.0.0.2:80'],
  backends: ['', 'default/a'],
  outcomes: ['ok', 'refused', 'timeout'],
};

/** A block as xk6/internal/dial/samples.go writes it. */
function encode(rows: readonly Row[], header: object = {}): Buffer {
  const head = Buffer.from(JSON.stringify({ ...HEADER, count: rows.length, ...header }));
  const column = (index: number, size: 1 | 2 | 4 | 8): Buffer => {
    const bytes = Buffer.alloc(rows.length * size);
    rows.forEach((row, i) => {
      if (size === 8) bytes.writeDoubleLE(row[index]!, i * 8);
      else bytes.writeUIntLE(row[index]!, i * size, size);
    });
    return bytes;
  };
  const columns = [column(0, 8), column(1, 8), column(2, 8), column(3, 4), column(4, 2), column(5, 1)];
  const body = Buffer.concat(columns);
  const lengths = Buffer.alloc(8);
  lengths.writeUInt32LE(head.length, 0);
  lengths.writeUInt32LE(body.length, 4);
  return Buffer.concat([Buffer.from('PNS1'), lengths, head, body]);
}

const blocksOf = (...files: Buffer[]): SampleBlock[] => [...decodeBlocks(Buffer.concat(files))];

test('connections, requests and the rate of a batch become samples', () => {
  const rows: Row[] = [
    [1000, 50, 100, 0, 1, 0],
    [1500, 40, 0, 1, 0, 1],
    [2000, 60, 900, 0, 0, 2],
  ];
  const place = { node: 'n1', pod: 'default/client' };
  const common = { ...place, labels: { path: 'direct' } };
  expect([...batchSamples(blocksOf(encode(rows)), place)]).toEqual([
    { ...common, metric: 'service.connect', ns: 50, at: 1000, ok: true },
    { ...common, metric: 'service.request', ns: 100, at: 1050, ok: true },
    { ...common, metric: 'service.connect', ns: 40, at: 1500, ok: false, class: 'other' },
    { ...common, metric: 'service.connect', ns: 60, at: 2000, ok: true },
    { ...common, metric: 'service.request', ns: 900, at: 2060, ok: false, class: 'timeout' },
    { ...common, metric: 'service.crr_rate', ns: 5e5, at: 1000, ok: true },
  ]);
});

test('requests without a connection of their own are requests only, and streams have a throughput', () => {
  const of = (kind: string) => [
    ...batchSamples(blocksOf(encode([[1000, -1, 100, 0, 1, 0]], { kind, bytes: 4000, labels: null })), {
      node: 'n1',
    }),
  ];
  expect(of('udp')).toEqual([
    { metric: 'service.request', node: 'n1', ns: 100, at: 1000, ok: true },
    { metric: 'service.rr_rate', node: 'n1', ns: 5e5, at: 1000, ok: true },
  ]);
  expect(of('stream').at(-1)).toEqual({
    metric: 'service.throughput',
    node: 'n1',
    ns: 2e9,
    at: 1000,
    ok: true,
  });
});

test('a batch of seconds has a rate for each whole one, by when answers were complete', () => {
  const second = 1e9;
  const [block] = blocksOf(
    encode([
      [0.2 * second, 0, 1, 0, 1, 0],
      [0.9 * second, 0, 0.2 * second, 0, 1, 0],
      [1.5 * second, 0, 1, 0, 1, 0],
      [2.3 * second, 0, 1, 0, 1, 0],
    ]),
  );
  expect(rates([block!], 0, 2.5 * second)).toEqual([
    { at: 0, rate: 1 },
    { at: second, rate: 2 },
  ]);
});

test('clients of one batch belong together', () => {
  const rows: Row[] = [[1000, 50, 100, 0, 1, 0]];
  const two = blocksOf(encode(rows, { clients: 2 }), encode(rows, { clients: 2 }), encode(rows));
  expect([...batches(two)].map((batch) => batch.length)).toEqual([2, 1]);
  expect(() => [...batches(two.slice(0, 1))]).toThrow('not complete');
});

test('answers say who gave them', () => {
  const rows: Row[] = [
    [1000, 50, 100, 1, 1, 0],
    [1500, 40, 0, 1, 0, 1],
  ];
  expect([...answersOf(blocksOf(encode(rows)))]).toEqual([
    { to: '10.0.0.2:80', backend: 'default/a', at: 1000 },
  ]);
});

test('a file that is cut off says where', () => {
  const file = encode([[1000, 50, 100, 0, 1, 0]]);
  for (const broken of [
    file.subarray(0, -1),
    Buffer.concat([file, Buffer.from('PN')]),
    Buffer.from('not samples'),
  ]) {
    expect(() => [...decodeBlocks(broken)]).toThrow(expect.objectContaining({ code: 'damaged' }));
  }
  expect(() => [...decodeBlocks(encode([[1000, 50, 100, 0, 1, 0]], { count: 2 }))]).toThrow(
    'Expected columns of 2 requests, got 31 bytes',
  );
});

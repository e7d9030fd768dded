import fs from 'node:fs';
import path from 'node:path';
import { NamespaceDaemon } from '../kernel/index.ts';
import { Responder } from '../runtime/index.ts';
import type { BatchKind } from './batch.ts';
import type { Dialer } from './dialer.ts';
import { type Latency, TrafficResult } from './result.ts';

const DEFAULT_MS = 1000;
const PORTS = { tcp: 80, udp: 53 } as const;
const KINDS = { crr: PORTS.tcp, rr: PORTS.tcp, udp: PORTS.udp, stream: PORTS.tcp } as const;

/** One kind of traffic without a network: what a result of this kind cannot exceed. */
export interface KindLimit {
  /** Answers per second of one client. */
  readonly rate: number;
  readonly connect: Latency | undefined;
  readonly request: Latency | undefined;
  /** Payload per second; 0 but for stream. */
  readonly throughput: number;
}

export type GeneratorLimit = Readonly<Record<keyof typeof KINDS, KindLimit>>;

export interface GeneratorSpec {
  readonly node: string;
  /** Directory of the node's namespace daemon. */
  readonly daemon: string;
  /** Path of podnet-responder. */
  readonly responder: string;
  /** Folder for sockets and files. */
  readonly directory: string;
  readonly dialer: Dialer;
  /** For each kind; 1000. */
  readonly durationMs?: number;
}

/** Dials a responder over the loopback of a namespace that holds nothing else, one kind after another. */
export async function measureGenerator(spec: GeneratorSpec): Promise<GeneratorLimit> {
  const name = `podnet-self-${process.pid}`;
  const netns = `/run/netns/${name}`;
  const socket = path.join(spec.directory, `${name}.sock`);
  const log = path.join(spec.directory, 'responder-self.log');
  using daemon = await NamespaceDaemon.connect(spec.daemon);
  await using cleanup = new AsyncDisposableStack();
  await daemon.addNetns(name);
  cleanup.defer(() => daemon.deleteNetns(name));
  using responder = await Responder.start({
    name,
    daemon,
    program: spec.responder,
    listensAt: socket,
    socket,
    log,
  });
  cleanup.defer(async () => {
    await daemon.stop(name);
    fs.rmSync(socket, { force: true });
  });
  const ports = Object.entries(PORTS).map(([protocol, port]) => ({
    protocol: protocol as 'tcp' | 'udp',
    port,
  }));
  await responder.add({ id: name, name, netns, ports });
  const limits: [string, KindLimit][] = [];
  for (const [kind, port] of Object.entries(KINDS)) {
    limits.push([kind, await measure(spec, kind as BatchKind, netns, `127.0.0.1:${port}`)]);
  }
  return Object.fromEntries(limits) as GeneratorLimit;
}

async function measure(
  { node, dialer, directory, durationMs = DEFAULT_MS }: GeneratorSpec,
  kind: BatchKind,
  netns: string,
  to: string,
): Promise<KindLimit> {
  const samples = dialer.samplesFile(path.join(directory, `${process.pid}-self.samples`));
  const counts = await dialer.batch({ kind, netns, to: [to], durationMs, samples });
  const place = { name: 'loopback', node, netns, isPod: false };
  const result = new TrafficResult(counts, place, await dialer.takeSamples(samples));
  const { rate, connect, request, throughput } = result;
  return { rate, connect, request, throughput };
}

import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import { Cidr } from '../../ip/index.ts';
import { HostLocalSource } from '../../ipam/host-local/index.ts';
import { BenchError } from '../bench-error.ts';
import type { BenchContext } from '../context.ts';
import type { Level } from './level.ts';

export interface HostLocalPlan {
  readonly counts: readonly number[];
  readonly blocks: number;
  readonly perBlock: number;
}

/** The reference plugin host-local, and our store in its format on disk. */
export interface HostLocalResult {
  readonly plugin: readonly Level[];
  /** Start of the same program that answers VERSION: no part of what it allocates; ns. */
  readonly start: readonly number[];
  readonly ours: readonly Level[];
}

const SUBNET = '10.20.0.0/16';
const NETWORK = 'bench';
/** Both keep their files here, as in a node's /var/lib/cni of a lab. */
const MEMORY = '/dev/shm';

interface Subject {
  allocate(id: string): Promise<void>;
  release(id: string): Promise<void>;
}

/** @param plugin path of the host-local program */
export async function measureHostLocal(
  plugin: string,
  { counts, blocks, perBlock }: HostLocalPlan,
  { progress, signal }: BenchContext,
): Promise<HostLocalResult> {
  const folder = await mkdtemp(path.join(MEMORY, 'churnlab-bench-'));
  try {
    progress('host-local, the reference plugin');
    const reference = pluginSubject(plugin, path.join(folder, 'reference'));
    const measured = await measure(reference, { counts, blocks, perBlock }, signal);
    const start: number[] = [];
    for (let i = 0; i < perBlock; i++) {
      const begun = performance.now();
      await execute(plugin, 'VERSION', 'version', path.join(folder, 'reference'));
      start.push((performance.now() - begun) * 1e6);
    }
    progress("our store in host-local's format");
    await using source = new HostLocalSource({ folder: path.join(folder, 'ours'), families: ['ipv4'] });
    source.grow([Cidr.parseExact(SUBNET)]);
    const ours: Subject = {
      allocate: async (id) => void (await source.allocate(ownerOf(id)).durable),
      release: async (id) => void (await source.release(ownerOf(id))),
    };
    return { plugin: measured, start, ours: await measure(ours, { counts, blocks, perBlock }, signal) };
  } finally {
    await rm(folder, { recursive: true });
  }
}

const ownerOf = (containerId: string) => ({ containerId, ifname: 'eth0' });

/** The same subject, ever fuller. */
async function measure(
  subject: Subject,
  { counts, blocks, perBlock }: HostLocalPlan,
  signal: AbortSignal,
): Promise<Level[]> {
  const levels: Level[] = [];
  let held = 0;
  for (const size of counts) {
    while (held < size) {
      signal.throwIfAborted();
      await subject.allocate(`held-${held++}`);
    }
    const level = { size, allocate: [] as number[][], release: [] as number[][] };
    for (let block = 0; block < blocks; block++) {
      level.allocate.push(await clocked(perBlock, signal, (i) => subject.allocate(`new-${i}`)));
      level.release.push(await clocked(perBlock, signal, (i) => subject.release(`new-${i}`)));
    }
    levels.push(level);
  }
  return levels;
}

async function clocked(
  times: number,
  signal: AbortSignal,
  work: (i: number) => Promise<void>,
): Promise<number[]> {
  const taken: number[] = [];
  for (let i = 0; i < times; i++) {
    signal.throwIfAborted();
    const begun = performance.now();
    await work(i);
    taken.push((performance.now() - begun) * 1e6);
  }
  return taken;
}

function pluginSubject(plugin: string, dataDir: string): Subject {
  return {
    allocate: (id) => execute(plugin, 'ADD', id, dataDir),
    release: (id) => execute(plugin, 'DEL', id, dataDir),
  };
}

/** Executes an IPAM plugin as another plugin does (CNI specification, section 4). */
function execute(
  plugin: string,
  command: 'ADD' | 'DEL' | 'VERSION',
  id: string,
  dataDir: string,
): Promise<void> {
  const config = {
    cniVersion: '1.0.0',
    name: NETWORK,
    type: 'bench',
    ipam: { type: 'host-local', dataDir, ranges: [[{ subnet: SUBNET }]] },
  };
  const env = {
    CNI_COMMAND: command,
    CNI_CONTAINERID: id,
    // An IPAM plugin does not enter it; without the override it must not be the one it is in.
    CNI_NETNS: '/proc/self/ns/net',
    CNI_NETNS_OVERRIDE: 'true',
    CNI_IFNAME: 'eth0',
    CNI_PATH: path.dirname(plugin),
  };
  return new Promise((resolve, reject) => {
    const child = execFile(plugin, { env }, (error, stdout) => {
      if (error)
        reject(new BenchError('command-failed', `host-local ${command}: ${stdout.trim()}`, { cause: error }));
      else resolve();
    });
    child.stdin!.on('error', () => {}); // With VERSION it ends without having read.
    child.stdin!.end(JSON.stringify(config));
  });
}

/** How much of the machine there is, against what the default lab of four nodes takes. */
import { existsSync, readFileSync, statfsSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory, ROOT } from '../../../lab/setup/index.ts';
import { type Capability, type Finding, no, unknown, yes } from './capability.ts';

const GIB = 1024 ** 3;
/** Logs and state of a lab, a run's samples, compiled programs. */
const DISK_BYTES = GIB;
/** Four agents, four pod runtimes, the control plane and 2,000 pods. */
const MEMORY_BYTES = 2 * GIB;
/** A few per pod in the process that answers for it. */
const OPEN_FILES = 8192;

/** About 18 for each of seven nodes that are containers. */
const INOTIFY_INSTANCES = 128;

const inGib = (bytes: number) => `${(bytes / GIB).toFixed(1)} GiB`;

function atLeast(value: number, wanted: number, print: (value: number) => string, what: string): Finding {
  return value >= wanted
    ? yes(`${print(value)} ${what}`)
    : no(`${print(value)} ${what}, ${print(wanted)} wanted`);
}

/** The folder itself, or the first above it that is there. */
function nearestFolder(folder: string): string {
  return existsSync(folder) ? folder : nearestFolder(path.dirname(folder));
}

function probeDisk(): Finding {
  const free = [ROOT, nearestFolder(cacheDirectory())].map((folder) => {
    const { bavail, bsize } = statfsSync(folder);
    return { folder, bytes: bavail * bsize };
  });
  const [least] = free.sort((a, b) => a.bytes - b.bytes);
  return least ? atLeast(least.bytes, DISK_BYTES, inGib, `free at ${least.folder}`) : unknown('');
}

/** MemAvailable in the text of /proc/meminfo, in bytes. */
export function availableMemory(meminfo: string): number | undefined {
  const kib = /^MemAvailable:\s*(\d+) kB$/m.exec(meminfo)?.[1];
  return kib === undefined ? undefined : Number(kib) * 1024;
}

/** The hard limit of open files in the text of /proc/self/limits: a process may raise its own up to it. */
export function openFilesLimit(limits: string): number | undefined {
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1];
  if (hard === undefined) return undefined;
  return hard === 'unlimited' ? Number.POSITIVE_INFINITY : Number(hard);
}

function probeMemory(): Finding {
  const bytes = availableMemory(readFileSync('/proc/meminfo', 'utf8'));
  return bytes === undefined
    ? unknown('/proc/meminfo does not say')
    : atLeast(bytes, MEMORY_BYTES, inGib, 'available');
}

function probeOpenFiles(): Finding {
  const limit = openFilesLimit(readFileSync('/proc/self/limits', 'utf8'));
  return limit === undefined
    ? unknown('/proc/self/limits does not say')
    : atLeast(limit, OPEN_FILES, String, 'per process');
}

function probeInotify(): Finding {
  const file = '/proc/sys/fs/inotify/max_user_instances';
  if (!existsSync(file)) return unknown(`no ${file}`);
  return atLeast(Number(readFileSync(file, 'utf8')), INOTIFY_INSTANCES, String, 'for each user');
}

export const RESOURCES: readonly Capability[] = [
  {
    name: 'disk space',
    purpose: 'state and logs of labs, results, compiled programs',
    get: 'free some, or set XDG_CACHE_HOME to where there is more',
    required: true,
    probe: probeDisk,
  },
  {
    name: 'memory',
    purpose: 'a lab of four nodes and 2,000 pods',
    get: 'a larger machine, or fewer nodes and pods',
    required: true,
    probe: probeMemory,
  },
  {
    name: 'open files',
    purpose: 'sockets of pods and watches',
    get: 'ulimit -n, or LimitNOFILE= of the service that starts it',
    required: true,
    probe: probeOpenFiles,
  },
  {
    name: 'inotify instances',
    purpose: 'nodes of --substrate kind, about 18 each',
    get: 'sysctl fs.inotify.max_user_instances=512',
    probe: probeInotify,
  },
];

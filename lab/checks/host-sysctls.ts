import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = '/proc/sys';
/** Settings; of `fs` only those that are not counters. */
const FOLDERS = [
  'net',
  'kernel',
  'user',
  'vm',
  'fs/inotify',
  'fs/file-max',
  'fs/nr_open',
  'fs/pipe-max-size',
];
/** Counters, clocks, and what the kernel tunes by itself. */
const VOLATILE =
  /^(kernel\/(random|ns_last_pid|pty\/nr|perf_event_max_sample_rate|sched_domain|seccomp\/actions_logged)|net\/netfilter\/nf_conntrack_count|vm\/(stat_refresh|min_free_kbytes|lowmem_reserve_ratio))/;

/** Every readable setting as `net/ipv4/ip_forward = 0`. Reading changes nothing. */
export function sysctls(): string[] {
  return FOLDERS.flatMap((name) => [...files(name)])
    .filter((name) => !VOLATILE.test(name))
    .flatMap((name) => {
      const value = read(name);
      return value === undefined ? [] : [`${name} = ${value}`];
    })
    .sort();
}

function* files(name: string): Generator<string> {
  const full = path.join(ROOT, name);
  if (!existsSync(full)) return;
  const entries = readEntries(full);
  if (!entries) yield name;
  for (const entry of entries ?? []) {
    if (entry.isDirectory()) yield* files(path.join(name, entry.name));
    else yield path.join(name, entry.name);
  }
}

function readEntries(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return undefined; // a file
  }
}

function read(name: string): string | undefined {
  try {
    return readFileSync(path.join(ROOT, name), 'utf8').trim().replaceAll('\n', ' ');
  } catch {
    return undefined; // written only
  }
}

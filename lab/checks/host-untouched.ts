/**
 * What a lab must leave as it was: the machine's own links, addresses, routes, rules, filters, sysctls, cgroups,
 * mounts, namespaces and listening sockets. A snapshot before and one after, compared line by line.
 *
 *   node lab/checks/host-untouched.ts save FILE       writes a snapshot
 *   node lab/checks/host-untouched.ts compare FILE    prints what has changed since, exit code 1 if anything has
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { listeners } from './host-sockets.ts';
import { sysctls } from './host-sysctls.ts';

/** Section -> sorted lines; equal for two moments between which nothing changed. */
export type HostSnapshot = Readonly<Record<string, readonly string[]>>;

/** Programs that print one section, and what of their output changes by itself. */
const PROGRAMS: Readonly<Record<string, { command: readonly [string, ...string[]]; volatile?: RegExp }>> = {
  // A bridge, such as Docker's, counts its timers down all the time.
  links: {
    command: ['ip', '-details', '-oneline', 'link'],
    volatile: /\b(hello|tcn|topology_change|gc)_timer +\S+/g,
  },
  addresses: { command: ['ip', '-oneline', 'address'], volatile: /(valid|preferred)_lft \S+/g },
  'routes (IPv4)': { command: ['ip', '-4', 'route', 'show', 'table', 'all'] },
  'routes (IPv6)': { command: ['ip', '-6', 'route', 'show', 'table', 'all'], volatile: /expires \S+/g },
  'rules (IPv4)': { command: ['ip', '-4', 'rule'] },
  'rules (IPv6)': { command: ['ip', '-6', 'rule'] },
  'permanent neighbours': { command: ['ip', 'neighbour', 'show', 'nud', 'permanent'] },
  nftables: { command: ['nft', '--stateless', 'list', 'ruleset'], volatile: /^#.*$/gm },
  'iptables (legacy, IPv4)': { command: ['iptables-legacy-save'], volatile: /^#.*$|\[\d+:\d+\]/gm },
  'iptables (legacy, IPv6)': { command: ['ip6tables-legacy-save'], volatile: /^#.*$|\[\d+:\d+\]/gm },
};

/** Takes a snapshot of the namespaces that this process is in; it only reads. */
export async function snapshotHost(): Promise<HostSnapshot> {
  const printed = await Promise.all(
    Object.entries(PROGRAMS).map(
      async ([name, { command, volatile }]) => [name, await print(command, volatile)] as const,
    ),
  );
  return {
    ...Object.fromEntries(printed),
    sysctls: sysctls(),
    cgroups: cgroups(),
    mounts: mounts(readFileSync('/proc/self/mountinfo', 'utf8')),
    'named network namespaces': list('/run/netns'),
    'pinned BPF objects': list('/sys/fs/bpf'),
    'listening sockets': listeners(),
  };
}

/** Differences in words, such as `links: + 7: veth0 ...`; empty when nothing changed. */
export function compareHost(before: HostSnapshot, after: HostSnapshot): string[] {
  return Object.keys({ ...before, ...after }).flatMap((section) => {
    const [old, now] = [before[section] ?? [], after[section] ?? []];
    const gone = old.filter((line) => !now.includes(line)).map((line) => `${section}: - ${line}`);
    const added = now.filter((line) => !old.includes(line)).map((line) => `${section}: + ${line}`);
    return [...gone, ...added];
  });
}

/** Mounts without the numbers that the kernel gives them. */
export function mounts(mountinfo: string): string[] {
  return mountinfo
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split(' ').slice(3).join(' '))
    .sort();
}

async function print(
  [program, ...args]: readonly [string, ...string[]],
  volatile?: RegExp,
): Promise<string[]> {
  const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 256 * 1024 * 1024 }).catch(
    (error: NodeJS.ErrnoException) => ({
      stdout: error.code === 'ENOENT' ? '' : `not readable: ${error.message}`,
    }),
  );
  const text = volatile ? stdout.replace(volatile, '') : stdout;
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .filter(Boolean)
    .sort();
}

/** Each hierarchy's first level, where a lab makes its own; what lies deeper comes and goes with services. */
function cgroups(): string[] {
  const hierarchies = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' '))
    .filter(([, , type]) => type === 'cgroup' || type === 'cgroup2')
    .map(([, mount]) => mount ?? '');
  return hierarchies.flatMap((mount) =>
    readdirSync(mount, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => path.join(mount, name)),
  );
}

function list(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).sort() : [];
}

async function main([verb, file]: readonly string[]): Promise<number> {
  if (!file || (verb !== 'save' && verb !== 'compare')) {
    console.error('usage: host-untouched.ts save|compare FILE');
    return 2;
  }
  const now = await snapshotHost();
  if (verb === 'save') {
    writeFileSync(file, JSON.stringify(now, null, 1));
    return 0;
  }
  const differences = compareHost(JSON.parse(readFileSync(file, 'utf8')), now);
  for (const line of differences) console.error(line);
  console.log(differences.length === 0 ? 'host: untouched' : `host: ${differences.length} differences`);
  return differences.length === 0 ? 0 : 1;
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';

const SELF = path.join(import.meta.dirname, 'host-untouched.ts');

/** Changes namespaces of its own between two snapshots and returns the differences; what it started ends with them. */
function differencesAfter(script: string, before = 'true'): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'host-untouched-'));
  const steps = [
    'mount --make-rprivate /',
    before,
    `"$0" "${SELF}" save before`,
    script,
    `"$0" "${SELF}" compare before 2>&1 || true`,
  ];
  const apart = ['--net', '--mount-proc', '--pid', '--fork', '--kill-child'];
  try {
    return execFileSync('unshare', [...apart, 'sh', '-ec', steps.join('\n'), process.execPath], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 30_000,
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('a machine that nobody touches stays the same', () => {
  expect(differencesAfter('true')).toBe('host: untouched\n');
});

test("a bridge that was there stays the same while its timers run, as Docker's does", () => {
  const bridge = 'ip link add br0 type bridge; ip link set br0 up';
  expect(differencesAfter('sleep 0.1', bridge)).toBe('host: untouched\n');
  expect(differencesAfter('ip link set br0 mtu 1400', bridge)).toMatch(/links: \+ .*br0.* mtu 1400 /);
});

test.each([
  ['a link', 'ip link add c0 type veth peer name c1', /links: \+ .*c0@c1/],
  [
    'a route',
    'ip link set lo up; ip route add 192.0.2.0/24 dev lo',
    /routes \(IPv4\): \+ 192\.0\.2\.0\/24 dev lo/,
  ],
  ['a rule', 'ip rule add from 192.0.2.1 lookup 100', /rules \(IPv4\): \+ .*from 192\.0\.2\.1 lookup 100/],
  [
    'a neighbour',
    'ip link add c0 type veth peer name c1; ip link set c0 up; ip neigh add 192.0.2.1 lladdr 02:00:00:00:00:01 nud permanent dev c0',
    /permanent neighbours: \+ 192\.0\.2\.1/,
  ],
  ['a filter', 'nft add table ip churn', /nftables: \+ table ip churn/],
  ['a sysctl', 'echo 1 > /proc/sys/net/ipv4/ip_forward', /sysctls: \+ net\/ipv4\/ip_forward = 1/],
  ['a mount', 'mount -t tmpfs churn /mnt', /mounts: \+ \/ \/mnt /],
])('sees %s that was left behind', (_what, script, line) => {
  expect(differencesAfter(script)).toMatch(line);
});

test('sees a socket that listens beyond loopback, and not one on loopback', () => {
  const listen = (address: string) =>
    `"$0" -e 'require("net").createServer().listen(7, "${address}", () => fs.writeFileSync("up", ""))' >/dev/null 2>&1 &
for try in $(seq 200); do [ -e up ] && break; sleep 0.05; done`;
  expect(differencesAfter(listen('0.0.0.0'))).toMatch('listening sockets: + tcp 00000000:0007');
  expect(differencesAfter(`ip link set lo up\n${listen('127.0.0.1')}`)).not.toMatch('listening sockets');
});

/**
 * No packet of a kind lab leaves the machine. A node's default route leads to its bridge's address on the machine: what a
 * node sends there for anybody but the machine itself is dropped before it is routed, and counted.
 */
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { LabError } from '../lab-error.ts';

/** nft(8) of the machine's own namespace. @throws LabError step-failed */
function nft(args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync('nft', args, {
    encoding: 'utf8',
    ...(input !== undefined && { input }),
  });
  if (status === 0) return stdout;
  throw new LabError('step-failed', `nft ${args.join(' ')}: ${stderr?.trim() || error?.message}`);
}

/** The rules: packets from the bridge that are addressed to it as their router, not to the machine. */
export function fenceRules(table: string, bridge: string, mac: string): string {
  return `table inet ${table} {
  counter left { }
  chain prerouting {
    type filter hook prerouting priority raw;
    iifname "${bridge}" ether daddr ${mac} fib daddr type unicast counter name "left" drop
  }
}
`;
}

/** Raises the fence round a bridge that is there. @throws LabError step-failed */
export function raiseFence(table: string, bridge: string): void {
  const mac = fs.readFileSync(`/sys/class/net/${bridge}/address`, 'utf8').trim();
  nft(['-f', '-'], fenceRules(table, bridge, mac));
}

/** Packets that would have left the machine so far; undefined without a fence. */
export function fencedPackets(table: string): number | undefined {
  const { status, stdout } = spawnSync('nft', ['-j', 'list', 'counter', 'inet', table, 'left'], {
    encoding: 'utf8',
  });
  if (status !== 0) return undefined;
  const { nftables } = JSON.parse(stdout) as { nftables: { counter?: { packets: number } }[] };
  return nftables.find(({ counter }) => counter)?.counter?.packets;
}

/** Takes the fence down, if it is there. @throws LabError step-failed */
export function removeFence(table: string): void {
  if (fencedPackets(table) !== undefined) nft(['delete', 'table', 'inet', table]);
}

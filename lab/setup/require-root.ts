import { readFileSync } from 'node:fs';
import { SetupError } from './setup-error.ts';

/** Bits of capability.h: a root without them (an ordinary container) can make no lab either. */
const NEEDED = { CAP_NET_ADMIN: 12n, CAP_SYS_ADMIN: 21n } as const;

/** This process' user and effective capabilities. */
export interface Privileges {
  readonly uid: number;
  readonly capabilities: bigint;
}

export function currentPrivileges(): Privileges {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return { uid: process.getuid?.() ?? -1, capabilities: BigInt(`0x${effective}`) };
}

/** What this process lacks to make namespaces and load BPF programs, in a few words. */
export function missingPrivilege({ uid, capabilities } = currentPrivileges()): string | undefined {
  if (uid !== 0) return `not root (uid ${uid})`;
  const lacking = Object.entries(NEEDED).filter(([, bit]) => (capabilities & (1n << bit)) === 0n);
  return lacking.length === 0 ? undefined : `root without ${lacking.map(([name]) => name).join(', ')}`;
}

/**
 * @param command what the user typed, such as `churnlab lab up`
 * @throws SetupError not-root
 */
export function requireRoot(command: string, privileges = currentPrivileges()): void {
  const lack = missingPrivilege(privileges);
  if (!lack) return;
  throw new SetupError(
    'not-root',
    `${command} makes network namespaces and loads BPF programs, this is ${lack}: run it with sudo, or add --in-container where Docker is`,
  );
}

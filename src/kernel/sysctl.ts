import fs from 'node:fs';
import type { Netns } from './netns.ts';

/**
 * Writes a setting of a network namespace, such as `net/ipv4/ip_forward`. /proc/sys/net shows the namespace of the
 * thread that opens the file, so only this namespace is changed.
 */
export function setSysctl(netns: Netns, name: string, value: string): void {
  netns.run(() => fs.writeFileSync(`/proc/sys/${name}`, value));
}

import fs from 'node:fs';
import path from 'node:path';
import type { Lease } from '../ipam/index.ts';
import { linkName } from './pod-link.ts';

/**
 * Finds attachments that nobody will ever ask to release: their link is gone, with the pod's namespace, and no DEL came.
 * It happens where a runtime forgets its sandboxes (containerd's state removed, `kubeadm reset`), and containerd, which
 * never calls GC, would leave their addresses taken for good.
 */
export class LostAttachments {
  readonly #sysfs: string;
  /** Names of links that the last look missed. */
  #missing: ReadonlySet<string> = new Set();

  /** @param root the node's file system as a path; its /sys shows the links without taking the kernel's lock */
  constructor(root: string) {
    this.#sysfs = path.join(root, '/sys/class/net');
  }

  /** Those whose link was missing at the look before, too: an ADD has a lease before it has a link. */
  look(leases: Iterable<Lease>): Lease[] {
    const links = new Set(fs.readdirSync(this.#sysfs));
    const missing = new Map<string, Lease>();
    for (const lease of leases) {
      const name = linkName(lease.owner.containerId, lease.owner.ifname);
      if (!links.has(name)) missing.set(name, lease);
    }
    const lost = [...missing].filter(([name]) => this.#missing.has(name)).map(([, lease]) => lease);
    this.#missing = new Set(missing.keys());
    return lost;
  }
}

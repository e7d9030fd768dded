import fs from 'node:fs';
import path from 'node:path';
import { PLUGIN_TYPE } from '../cni/index.ts';

const CONFIG_DIR = 'etc/cni/net.d';
const CNI_VERSION = '1.1.0';

/** A network configuration list, as the runtime reads it. */
export interface Conflist {
  readonly cniVersion: string;
  readonly name: string;
  readonly plugins: readonly object[];
}

/** Ours: one plugin, which does everything. */
export function churnlabConflist(): Conflist {
  return {
    cniVersion: CNI_VERSION,
    name: 'churnlab',
    plugins: [{ type: PLUGIN_TYPE, capabilities: { portMappings: true, ips: true, mac: true } }],
  };
}

/** The reference plugins over host-local, inside the node's CIDRs: what kindnet and kubenet set up. */
export function referenceConflist(plugin: 'bridge' | 'ptp', podCidrs: readonly string[]): Conflist {
  const ipam = {
    type: 'host-local',
    ranges: podCidrs.map((subnet) => [{ subnet }]),
    routes: podCidrs.map((cidr) => ({ dst: cidr.includes(':') ? '::/0' : '0.0.0.0/0' })),
  };
  const main =
    plugin === 'bridge'
      ? { type: 'bridge', bridge: 'cni0', isGateway: true, hairpinMode: true, ipMasq: false, mtu: 1500, ipam }
      : { type: 'ptp', ipMasq: false, mtu: 1500, ipam };
  return {
    cniVersion: CNI_VERSION,
    name: plugin,
    plugins: [main, { type: 'portmap', capabilities: { portMappings: true } }],
  };
}

/** Puts the configuration where the runtime looks for it, whole or not at all. */
export function writeConflist(root: string, conflist: Conflist): void {
  const directory = path.join(root, CONFIG_DIR);
  const file = path.join(directory, `10-${conflist.name}.conflist`);
  fs.mkdirSync(directory, { recursive: true });
  // Not ending in .conflist until it is whole: runtimes read whatever has that ending.
  fs.writeFileSync(`${file}.new`, `${JSON.stringify(conflist, null, 2)}\n`);
  fs.renameSync(`${file}.new`, file);
}

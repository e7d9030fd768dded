/** `config`: struct config of bpf/layout.h. */
import type { Codec } from '../../kernel/bpf/index.ts';

const CONFIG_VXLAN = 1;
const CONFIG_STACK_FLOWS = 2;

/** How packets reach other nodes: by routes on the uplink, or in a VXLAN overlay. */
export type Routing = 'direct' | 'vxlan';

export interface ConfigEntry {
  readonly routing: Routing;
  /** Keep flows that the node's stack translates (kube-proxy, host ports) on the path through the stack. */
  readonly stackFlows: boolean;
  readonly uplinkIndex: number;
  /** 0 without an overlay. */
  readonly overlayIndex: number;
  /** VXLAN network identifier. */
  readonly vni: number;
  /** Bytes of an IP packet. */
  readonly podMtu: number;
}

export const CONFIG_VALUE: Codec<ConfigEntry> = {
  size: 20,
  write: (entry, into) => {
    const flags =
      (entry.routing === 'vxlan' ? CONFIG_VXLAN : 0) | (entry.stackFlows ? CONFIG_STACK_FLOWS : 0);
    into.writeUInt32LE(flags, 0);
    into.writeUInt32LE(entry.uplinkIndex, 4);
    into.writeUInt32LE(entry.overlayIndex, 8);
    into.writeUInt32LE(entry.vni, 12);
    into.writeUInt32LE(entry.podMtu, 16);
  },
  read: (from) => {
    const flags = from.readUInt32LE(0);
    return {
      routing: (flags & CONFIG_VXLAN) !== 0 ? 'vxlan' : 'direct',
      stackFlows: (flags & CONFIG_STACK_FLOWS) !== 0,
      uplinkIndex: from.readUInt32LE(4),
      overlayIndex: from.readUInt32LE(8),
      vni: from.readUInt32LE(12),
      podMtu: from.readUInt32LE(16),
    };
  },
};

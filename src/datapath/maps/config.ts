/** `config`: struct config of bpf/layout.h. */
import type { Codec } from '../../kernel/bpf/index.ts';

const CONFIG_VXLAN = 1;
/** Flags of each {@link ShortCuts}. */
const CONFIG_SHORT_CUTS = { always: 0, untranslated: 2, never: 4 } as const;

/** How packets reach other nodes: by routes on the uplink, or in a VXLAN overlay. */
export type Routing = 'direct' | 'vxlan';

/**
 * Which packets between pods pass the node's stack by. `untranslated`: all but those of flows that the stack
 * translates (a host port). `never`: none, so that its connection tracking knows every flow; without that, who
 * translates a connection cannot see that an untracked one has the same ends already, and the two break each other.
 */
export type ShortCuts = keyof typeof CONFIG_SHORT_CUTS;

export interface ConfigEntry {
  readonly routing: Routing;
  readonly shortCuts: ShortCuts;
  readonly uplinkIndex: number;
  /** 0 without an overlay. */
  readonly overlayIndex: number;
  /** VXLAN network identifier. */
  readonly vni: number;
  /** Bytes of an IP packet. */
  readonly podMtu: number;
}

const SHORT_CUTS = Object.keys(CONFIG_SHORT_CUTS) as ShortCuts[];

export const CONFIG_VALUE: Codec<ConfigEntry> = {
  size: 20,
  write: (entry, into) => {
    const flags = (entry.routing === 'vxlan' ? CONFIG_VXLAN : 0) | CONFIG_SHORT_CUTS[entry.shortCuts];
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
      shortCuts: SHORT_CUTS.find((each) => flags & CONFIG_SHORT_CUTS[each]) ?? 'always',
      uplinkIndex: from.readUInt32LE(4),
      overlayIndex: from.readUInt32LE(8),
      vni: from.readUInt32LE(12),
      podMtu: from.readUInt32LE(16),
    };
  },
};

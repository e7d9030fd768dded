import type { CgroupHook } from '../../kernel/bpf/index.ts';
import { openPins, type PinnedMap, type Pins } from '../pins.ts';
import { openServiceMaps, type ServiceMaps } from './maps/map-set.ts';

/** Programs for sockets, by the hook of the cgroup. */
export const SOCKET_PROGRAMS = {
  connect4: 'cl_connect4',
  connect6: 'cl_connect6',
  sendmsg4: 'cl_sendmsg4',
  sendmsg6: 'cl_sendmsg6',
  recvmsg4: 'cl_recvmsg4',
  recvmsg6: 'cl_recvmsg6',
  getpeername4: 'cl_getpeername4',
  getpeername6: 'cl_getpeername6',
} as const satisfies Record<CgroupHook, string>;

const PROGRAM_NAMES = [
  ...Object.values(SOCKET_PROGRAMS),
  'cl_service_from_pod',
  'cl_service_from_network',
  'cl_service_from_overlay',
  'cl_service_from_stack',
  'cl_service_xdp',
] as const;
export type ServiceProgram = (typeof PROGRAM_NAMES)[number];

/** Entries that each map has room for. */
export interface ServiceMapSizes {
  /** Addresses and ports that clients call: each cluster IP, node port, external IP with each port and family. */
  readonly frontends: number;
  /** Backends of all services, once more for those with a traffic policy `Local`. */
  readonly slots: number;
  readonly backends: number;
  /** Service ports with Maglev. */
  readonly maglev: number;
  /** Clients that stay with their backend. Here and below the least recently used is forgotten. */
  readonly affinity: number;
  /** Flows that are translated per packet. */
  readonly conntrack: number;
  /** Their answers. */
  readonly reverseNat: number;
  /** Sockets that called a service, for what they see of their peer. */
  readonly reverseSockets: number;
}

export const DEFAULT_SERVICE_SIZES: ServiceMapSizes = {
  frontends: 65_536,
  slots: 262_144,
  backends: 262_144,
  maglev: 16_384,
  affinity: 16_384,
  conntrack: 32_768,
  reverseNat: 32_768,
  reverseSockets: 32_768,
};

/** The maps and programs of a node's Services. Throws as {@link openPins}. */
export function openServicePins(
  directory: string,
  file: Uint8Array,
  sizes: ServiceMapSizes,
  shared: ReadonlyMap<string, PinnedMap>,
): Pins<ServiceMaps, ServiceProgram> {
  const { frontends, slots, backends, maglev, affinity, conntrack, reverseNat, reverseSockets } = sizes;
  return openPins({
    directory,
    object: 'service_programs',
    file,
    programs: PROGRAM_NAMES,
    maxEntries: {
      ...{ frontends, slots, backends, maglev, affinity, conntrack },
      ...{ reverse_nat: reverseNat, reverse_sockets: reverseSockets },
    },
    shared,
    openMaps: openServiceMaps,
    list: ({ [Symbol.dispose]: _, ...maps }) => Object.values(maps) as PinnedMap[],
  });
}

/**
 * `conntrack`, `reverse_nat`, `affinity` and `reverse_sockets`: struct conntrack, struct reverse_nat, struct affinity and
 * struct reverse_socket of bpf/service-layout.h. The programs write them; the agent only looks over them and forgets.
 */
import type { Ip } from '../../../ip/index.ts';
import type { Codec } from '../../../kernel/bpf/index.ts';
import { readAddress, writeAddress } from '../../maps/address.ts';

/** Where a field lies in the bytes of an entry. */
export const CONNTRACK_VALUE = { size: 40, backend: 20, service: 24, flags: 28, seen: 32 } as const;
export const REVERSE_NAT_VALUE = { size: 48, flags: 36, seen: 40 } as const;
export const AFFINITY_KEY_FIELDS = { size: 24, service: 16 } as const;
export const AFFINITY_VALUE = { size: 16, used: 0, backend: 8 } as const;
export const REVERSE_SOCKET = { keySize: 32, valueSize: 20 } as const;
/** Where the protocol lies in a `struct flow`, the key of the first two. */
export const FLOW_PROTOCOL = 36;
export const FLOW_SIZE = 40;

export const CONNTRACK_CLOSING = 1;

/** Idle flows are forgotten after these, in seconds. */
export const IDLE_SECONDS = { tcp: 21_600, closing: 10, udp: 60 } as const;

/** Entries that are never decoded. */
export const opaque = (size: number): Codec<Buffer> => ({
  size,
  write: (value, into) => void value.copy(into),
  read: (from) => Buffer.from(from),
});

/** `service_config`: struct service_config. */
export interface ServiceConfigEntry {
  /** The node's own addresses, shown to other nodes' backends; of each family at most one. */
  readonly node: readonly Ip[];
  /** What a pod that calls itself is called by; one of each family. */
  readonly loopback: readonly Ip[];
  /** Entries of a Maglev table. */
  readonly maglevSize: number;
  readonly nodePorts: readonly [first: number, last: number];
  readonly snatPorts: readonly [first: number, last: number];
  /** 6 bytes. */
  readonly uplinkMac: Uint8Array;
}

const FAMILIES = ['ipv4', 'ipv6'] as const;
const ADDRESS_BYTES = 16;

export const SERVICE_CONFIG: Codec<ServiceConfigEntry> = {
  size: 84,
  write: (entry, into) => {
    into.fill(0);
    for (const [index, family] of FAMILIES.entries()) {
      for (const [start, addresses] of [[0, entry.node] as const, [32, entry.loopback] as const]) {
        const address = addresses.find((each) => each.family === family);
        if (address) writeAddress(address, into, start + index * ADDRESS_BYTES);
      }
    }
    into.writeUInt32LE(entry.maglevSize, 64);
    for (const [i, port] of [...entry.nodePorts, ...entry.snatPorts].entries())
      into.writeUInt16LE(port, 68 + i * 2);
    into.set(entry.uplinkMac, 76);
  },
  read: (from) => {
    const addresses = (start: number): Ip[] =>
      [4, 6]
        .map((family, index) => readAddress(from, start + index * ADDRESS_BYTES, family))
        .filter(({ value }) => value !== 0n);
    const port = (index: number): number => from.readUInt16LE(68 + index * 2);
    return {
      node: addresses(0),
      loopback: addresses(32),
      maglevSize: from.readUInt32LE(64),
      nodePorts: [port(0), port(1)],
      snatPorts: [port(2), port(3)],
      uplinkMac: Buffer.from(from.subarray(76, 82)),
    };
  },
};

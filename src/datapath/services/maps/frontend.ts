/** `frontends`: struct frontend_key and struct frontend of bpf/service-layout.h. */
import { type Family, Ip } from '../../../ip/index.ts';
import type { Codec } from '../../../kernel/bpf/index.ts';
import { familyNumber, readAddress, writeAddress } from '../../maps/address.ts';
import type { FrontendSpec, ServiceProtocol } from '../spec.ts';

/** IP protocol numbers. */
const PROTOCOL: Readonly<Record<ServiceProtocol, number>> = { TCP: 6, UDP: 17 };
const KINDS: readonly FrontendSpec['kind'][] = ['ClusterIP', 'NodePort', 'ExternalIP', 'LoadBalancer'];
const KIND_SHIFT = 8;
const FLAGS = { internalLocal: 1, externalLocal: 2, maglev: 4, dsr: 8 } as const;
/** The address of node ports in the map. */
const ANY: Readonly<Record<Family, Ip>> = { ipv4: Ip.parse('0.0.0.0'), ipv6: Ip.parse('::') };

export interface FrontendKey {
  readonly family: Family;
  readonly protocol: ServiceProtocol;
  /** Null: any address of the node. */
  readonly address: Ip | null;
  readonly port: number;
}

export interface FrontendEntry {
  readonly kind: FrontendSpec['kind'];
  readonly service: number;
  /** Slots of each view: all backends, those on this node. */
  readonly counts: readonly [all: number, local: number];
  readonly affinitySeconds: number;
  readonly internalLocal: boolean;
  readonly externalLocal: boolean;
  readonly maglev: boolean;
  readonly dsr: boolean;
}

export const protocolNumber = (protocol: ServiceProtocol): number => PROTOCOL[protocol];
export const protocolOf = (number: number): ServiceProtocol => (number === PROTOCOL.UDP ? 'UDP' : 'TCP');

export const FRONTEND_KEY: Codec<FrontendKey> = {
  size: 20,
  write: ({ family, protocol, address, port }, into) => {
    writeAddress(address ?? ANY[family], into, 0);
    into.writeUInt16BE(port, 16);
    into[18] = PROTOCOL[protocol];
    into[19] = familyNumber(family);
  },
  read: (from) => {
    const address = readAddress(from, 0, from[19]!);
    const { family } = address;
    return {
      family,
      protocol: protocolOf(from[18]!),
      address: address.equals(ANY[family]) ? null : address,
      port: from.readUInt16BE(16),
    };
  },
};

export const FRONTEND_VALUE: Codec<FrontendEntry> = {
  size: 20,
  write: (entry, into) => {
    let flags = KINDS.indexOf(entry.kind) << KIND_SHIFT;
    if (entry.internalLocal) flags |= FLAGS.internalLocal;
    if (entry.externalLocal) flags |= FLAGS.externalLocal;
    if (entry.maglev) flags |= FLAGS.maglev;
    if (entry.dsr) flags |= FLAGS.dsr;
    into.writeUInt32LE(entry.service, 0);
    into.writeUInt32LE(entry.counts[0], 4);
    into.writeUInt32LE(entry.counts[1], 8);
    into.writeUInt32LE(entry.affinitySeconds, 12);
    into.writeUInt32LE(flags, 16);
  },
  read: (from) => {
    const flags = from.readUInt32LE(16);
    return {
      kind: KINDS[(flags >> KIND_SHIFT) & 0xff] ?? 'ClusterIP',
      service: from.readUInt32LE(0),
      counts: [from.readUInt32LE(4), from.readUInt32LE(8)],
      affinitySeconds: from.readUInt32LE(12),
      internalLocal: (flags & FLAGS.internalLocal) !== 0,
      externalLocal: (flags & FLAGS.externalLocal) !== 0,
      maglev: (flags & FLAGS.maglev) !== 0,
      dsr: (flags & FLAGS.dsr) !== 0,
    };
  },
};

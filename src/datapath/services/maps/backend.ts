/** `slots` and `backends`: struct slot_key and struct backend of bpf/service-layout.h. */
import type { Ip } from '../../../ip/index.ts';
import type { Codec } from '../../../kernel/bpf/index.ts';
import { familyNumber, readAddress, writeAddress } from '../../maps/address.ts';
import type { ServiceProtocol } from '../spec.ts';
import { protocolNumber, protocolOf } from './frontend.ts';

/** VIEW_ALL and VIEW_LOCAL. */
export const VIEWS = ['all', 'local'] as const;

export interface SlotKey {
  readonly service: number;
  /** Index in {@link VIEWS}. */
  readonly view: number;
  /** From 1. */
  readonly index: number;
}

/** BACKEND_*: may get new connections in either view; on this node; about to go. */
export const BACKEND_FLAGS = { inAll: 1, inLocal: 2, local: 4, terminating: 8 } as const;

export interface BackendEntry {
  readonly address: Ip;
  readonly port: number;
  readonly protocol: ServiceProtocol;
  readonly service: number;
  /** Bits of {@link BACKEND_FLAGS}. */
  readonly flags: number;
}

export const SLOT_KEY: Codec<SlotKey> = {
  size: 12,
  write: ({ service, view, index }, into) => {
    into.writeUInt32LE(service, 0);
    into.writeUInt32LE(view, 4);
    into.writeUInt32LE(index, 8);
  },
  read: (from) => ({
    service: from.readUInt32LE(0),
    view: from.readUInt32LE(4),
    index: from.readUInt32LE(8),
  }),
};

export const BACKEND_VALUE: Codec<BackendEntry> = {
  size: 28,
  write: ({ address, port, protocol, service, flags }, into) => {
    writeAddress(address, into, 0);
    into.writeUInt16BE(port, 16);
    into[18] = protocolNumber(protocol);
    into[19] = familyNumber(address.family);
    into.writeUInt32LE(service, 20);
    into.writeUInt32LE(flags, 24);
  },
  read: (from) => ({
    address: readAddress(from, 0, from[19]!),
    port: from.readUInt16BE(16),
    protocol: protocolOf(from[18]!),
    service: from.readUInt32LE(20),
    flags: from.readUInt32LE(24),
  }),
};

/** `endpoints`: struct endpoint_key and struct endpoint of bpf/layout.h. */
import type { Ip } from '../../ip/index.ts';
import type { Codec } from '../../kernel/bpf/index.ts';
import { familyNumber, readAddress, writeAddress } from './address.ts';

const ENDPOINT_HOST = 1;

/** Where an address of this node is: in a pod, or on the node itself. */
export type EndpointEntry =
  | {
      readonly kind: 'pod';
      /** Index of the host side of the pod's veth. */
      readonly ifindex: number;
      /** Hardware address of the pod's side, 6 bytes. */
      readonly podMac: Uint8Array;
      /** Hardware address of the host side, 6 bytes. */
      readonly hostMac: Uint8Array;
    }
  | { readonly kind: 'node' };

export const ENDPOINT_KEY: Codec<Ip> = {
  size: 20,
  write: (address, into) => {
    writeAddress(address, into, 0);
    into.writeUInt32LE(familyNumber(address.family), 16);
  },
  read: (from) => readAddress(from, 0, from[16]!),
};

export const ENDPOINT_VALUE: Codec<EndpointEntry> = {
  size: 20,
  write: (entry, into) => {
    into.fill(0);
    if (entry.kind === 'node') {
      into.writeUInt32LE(ENDPOINT_HOST, 4);
      return;
    }
    into.writeUInt32LE(entry.ifindex, 0);
    into.set(entry.podMac, 8);
    into.set(entry.hostMac, 14);
  },
  read: (from) =>
    (from.readUInt32LE(4) & ENDPOINT_HOST) !== 0
      ? { kind: 'node' }
      : {
          kind: 'pod',
          ifindex: from.readUInt32LE(0),
          podMac: Buffer.from(from.subarray(8, 14)),
          hostMac: Buffer.from(from.subarray(14, 20)),
        },
};

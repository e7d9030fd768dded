/** `remotes`: struct remote_key and struct remote of bpf/layout.h. */
import { Cidr, type Ip } from '../../ip/index.ts';
import type { Codec } from '../../kernel/bpf/index.ts';
import { familyNumber, readAddress, writeAddress } from './address.ts';

/** Bits of the key that stand before the address and always match in full: the family. */
const FAMILY_BITS = 32;

export const REMOTE_KEY: Codec<Cidr> = {
  size: 24,
  write: (cidr, into) => {
    into.writeUInt32LE(FAMILY_BITS + cidr.prefix, 0);
    into.writeUInt32LE(familyNumber(cidr.family), 4);
    writeAddress(cidr.network, into, 8);
  },
  read: (from) => Cidr.around(readAddress(from, 8, from[4]!), from.readUInt32LE(0) - FAMILY_BITS),
};

/** The address of the node that a prefix is behind. */
export const REMOTE_VALUE: Codec<Ip> = {
  size: 20,
  write: (nexthop, into) => {
    writeAddress(nexthop, into, 0);
    into.writeUInt32LE(familyNumber(nexthop.family), 16);
  },
  read: (from) => readAddress(from, 0, from[16]!),
};

import { type Family, Ip } from '../../ip/index.ts';

/** FAMILY_IPV4 and FAMILY_IPV6 of bpf/layout.h. */
const FAMILY_NUMBER = { ipv4: 4, ipv6: 6 } as const;

const ADDRESS_BYTES = 16;

export const familyNumber = (family: Family): number => FAMILY_NUMBER[family];

/** `struct address`: 16 bytes in network order, IPv4 in the first four and the rest zero. */
export function writeAddress(address: Ip, into: Buffer, offset: number): void {
  if (address.family === 'ipv4') {
    into.writeUInt32BE(address.number as number, offset);
    into.fill(0, offset + 4, offset + ADDRESS_BYTES);
  } else {
    into.writeBigUInt64BE(address.value >> 64n, offset);
    into.writeBigUInt64BE(address.value & 0xffff_ffff_ffff_ffffn, offset + 8);
  }
}

/** Reads a `struct address`; `family` is the number beside it. */
export function readAddress(from: Buffer, offset: number, family: number): Ip {
  const length = family === FAMILY_NUMBER.ipv4 ? 4 : ADDRESS_BYTES;
  return Ip.fromBytes(from.subarray(offset, offset + length));
}

/** Interface addresses: include/uapi/linux/if_addr.h, rtnetlink(7). */
import { AF_INET, AF_INET6 } from '../libc.ts';
import {
  attribute,
  attributes,
  type Message,
  NLM_F_CREATE,
  NLM_F_EXCL,
  type Request,
  u32,
} from './message.ts';

const RTM_NEWADDR = 20;
const RTM_DELADDR = 21;
const RTM_GETADDR = 22;
const IFA_ADDRESS = 1;
const IFA_LOCAL = 2;
const IFA_FLAGS = 8;
const IFA_F_NODAD = 0x02;
const IFA_F_PERMANENT = 0x80;

/** An address on a link; `address` is 4 or 16 bytes. */
export interface InterfaceAddress {
  readonly index: number;
  readonly address: Uint8Array;
  readonly prefixLength: number;
}

const familyOf = (address: Uint8Array): number => (address.length === 4 ? AF_INET : AF_INET6);

function body(entry: InterfaceAddress): Buffer {
  const bytes = Buffer.alloc(8);
  bytes[0] = familyOf(entry.address);
  bytes[1] = entry.prefixLength;
  bytes.writeUInt32LE(entry.index, 4);
  // Duplicate address detection would keep an IPv6 address unusable for a second or more.
  const flags = entry.address.length === 16 ? [u32(IFA_FLAGS, IFA_F_NODAD | IFA_F_PERMANENT)] : [];
  return Buffer.concat([
    bytes,
    attribute(IFA_LOCAL, entry.address),
    attribute(IFA_ADDRESS, entry.address),
    ...flags,
  ]);
}

/** Adds an address; IPv6 ones without duplicate address detection. */
export function addAddress(entry: InterfaceAddress): Request {
  return {
    type: RTM_NEWADDR,
    flags: NLM_F_CREATE | NLM_F_EXCL,
    body: body(entry),
    operation: `add an address to link ${entry.index}`,
  };
}

export function deleteAddress(entry: InterfaceAddress): Request {
  return {
    type: RTM_DELADDR,
    flags: 0,
    body: body(entry),
    operation: `delete an address of link ${entry.index}`,
  };
}

/** All addresses of the namespace, for {@link RtSocket.dump}. */
export function listAddresses(): Request {
  return { type: RTM_GETADDR, flags: 0, body: Buffer.alloc(8), operation: 'list addresses' };
}

export function parseAddress(message: Message): InterfaceAddress {
  const found = attributes(message.body, 8);
  return {
    index: message.body.readUInt32LE(4),
    prefixLength: message.body[1] ?? 0,
    address: found.get(IFA_LOCAL) ?? found.get(IFA_ADDRESS) ?? Buffer.alloc(0),
  };
}

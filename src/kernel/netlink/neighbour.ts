/** Neighbours (ARP, ND, FDB): include/uapi/linux/neighbour.h, rtnetlink(7). */
import { AF_INET, AF_INET6 } from '../libc.ts';
import { attribute, attributes, type Message, NLM_F_CREATE, NLM_F_REPLACE, type Request } from './message.ts';

const RTM_NEWNEIGH = 28;
const RTM_DELNEIGH = 29;
const RTM_GETNEIGH = 30;
const NDA_DST = 1;
const NDA_LLADDR = 2;
export const NUD_PERMANENT = 0x80;

export interface Neighbour {
  readonly index: number;
  /** 4 or 16 bytes. */
  readonly address: Uint8Array;
  /** 6 bytes. */
  readonly mac: Uint8Array;
}

/** A permanent neighbour: never asked for, never aged, not counted against gc_thresh3. */
export function setNeighbour(entry: Neighbour): Request {
  return {
    type: RTM_NEWNEIGH,
    flags: NLM_F_CREATE | NLM_F_REPLACE,
    body: Buffer.concat([header(entry), attribute(NDA_DST, entry.address), attribute(NDA_LLADDR, entry.mac)]),
    operation: `set a neighbour on link ${entry.index}`,
  };
}

/** Fails with ENOENT when there is none. */
export function deleteNeighbour(entry: Omit<Neighbour, 'mac'>): Request {
  return {
    type: RTM_DELNEIGH,
    flags: 0,
    body: Buffer.concat([header(entry), attribute(NDA_DST, entry.address)]),
    operation: `delete a neighbour on link ${entry.index}`,
  };
}

/** `struct ndmsg`. */
function header({ index, address }: Omit<Neighbour, 'mac'>): Buffer {
  const bytes = Buffer.alloc(12);
  bytes[0] = address.length === 4 ? AF_INET : AF_INET6;
  bytes.writeInt32LE(index, 4);
  bytes.writeUInt16LE(NUD_PERMANENT, 8);
  return bytes;
}

/** All neighbours of the namespace, for {@link RtSocket.dump}. */
export function listNeighbours(): Request {
  return { type: RTM_GETNEIGH, flags: 0, body: Buffer.alloc(12), operation: 'list neighbours' };
}

export function parseNeighbour(message: Message): {
  index: number;
  state: number;
  address: Buffer | undefined;
  mac: Buffer | undefined;
} {
  const found = attributes(message.body, 12);
  return {
    index: message.body.readInt32LE(4),
    state: message.body.readUInt16LE(8),
    address: found.get(NDA_DST),
    mac: found.get(NDA_LLADDR),
  };
}

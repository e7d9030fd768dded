/**
 * Netlink messages as bytes (include/uapi/linux/netlink.h). Little-endian hosts only, as are all machines
 * that the project has packages for.
 */

export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;
export const NLM_F_REQUEST = 0x1;
export const NLM_F_ACK = 0x4;
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_ACK_TLVS = 0x200;
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_DUMP = 0x300;

const HEADER = 16;
const NLA_F_NESTED = 0x8000;
const NLA_TYPE_MASK = 0x3fff;

const align = (length: number): number => (length + 3) & ~3;

/** One request: what is asked of the kernel, as plain data. `sequence` is filled in by the socket. */
export interface Request {
  readonly type: number;
  readonly flags: number;
  readonly body: Buffer;
  /** Verb and object for the error message, such as `create veth lxc12ab`. */
  readonly operation: string;
}

/** One message from the kernel, without its header. */
export interface Message {
  readonly type: number;
  readonly flags: number;
  readonly sequence: number;
  readonly body: Buffer;
}

/** An attribute: length, type, payload, padding. */
export function attribute(type: number, payload: Uint8Array): Buffer {
  const bytes = Buffer.alloc(align(4 + payload.length));
  bytes.writeUInt16LE(4 + payload.length, 0);
  bytes.writeUInt16LE(type, 2);
  bytes.set(payload, 4);
  return bytes;
}

export const text = (type: number, value: string): Buffer => attribute(type, Buffer.from(`${value}\0`));

export function u8(type: number, value: number): Buffer {
  return attribute(type, Uint8Array.of(value));
}

export function u16be(type: number, value: number): Buffer {
  return attribute(type, Uint8Array.of(value >> 8, value & 0xff));
}

export function u32(type: number, value: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32LE(value >>> 0);
  return attribute(type, payload);
}

export function nested(type: number, ...children: readonly Buffer[]): Buffer {
  return attribute(type | NLA_F_NESTED, Buffer.concat(children));
}

/** A request with its header, ready to be sent. */
export function encode(request: Request, sequence: number): Buffer {
  const length = HEADER + request.body.length;
  const bytes = Buffer.alloc(align(length));
  bytes.writeUInt32LE(length, 0);
  bytes.writeUInt16LE(request.type, 4);
  bytes.writeUInt16LE(request.flags | NLM_F_REQUEST, 6);
  bytes.writeUInt32LE(sequence, 8);
  request.body.copy(bytes, HEADER);
  return bytes;
}

/** Splits one datagram into messages. The bodies share its memory: copy what must outlive it. */
export function* decode(datagram: Buffer): Generator<Message> {
  for (let offset = 0; offset + HEADER <= datagram.length; ) {
    const length = datagram.readUInt32LE(offset);
    if (length < HEADER || offset + length > datagram.length) return;
    yield {
      type: datagram.readUInt16LE(offset + 4),
      flags: datagram.readUInt16LE(offset + 6),
      sequence: datagram.readUInt32LE(offset + 8),
      body: datagram.subarray(offset + HEADER, offset + length),
    };
    offset += align(length);
  }
}

/** Attributes of a message from `offset` on, by type; of a repeated type the last one. */
export function attributes(body: Buffer, offset = 0): Map<number, Buffer> {
  const found = new Map<number, Buffer>();
  while (offset + 4 <= body.length) {
    const length = body.readUInt16LE(offset);
    if (length < 4 || offset + length > body.length) break;
    found.set(body.readUInt16LE(offset + 2) & NLA_TYPE_MASK, body.subarray(offset + 4, offset + length));
    offset += align(length);
  }
  return found;
}

/** A NUL-terminated text attribute. */
export function textOf(payload: Buffer | undefined): string | undefined {
  if (!payload) return undefined;
  const end = payload.indexOf(0);
  return payload.toString('utf8', 0, end < 0 ? payload.length : end);
}

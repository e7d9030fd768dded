import { Ip } from '../../../ip/index.ts';
import type { ServiceProtocol } from '../spec.ts';

const ETHERNET_BYTES = 14;
const TRANSPORT = {
  TCP: { number: 6, bytes: 20, checksum: 16 },
  UDP: { number: 17, bytes: 8, checksum: 6 },
} as const;
const ICMP = { 1: 2, 58: 2 } as Readonly<Record<number, number>>;
export const TCP_FLAGS = { syn: 0x02, rst: 0x04, ack: 0x10 } as const;

export interface FrameSpec {
  readonly protocol: ServiceProtocol;
  readonly source: readonly [address: string, port: number];
  readonly destination: readonly [address: string, port: number];
  readonly payload?: string;
  /** Of TCP; a SYN by default. */
  readonly flags?: number;
  readonly ttl?: number;
  /** UDP without a checksum (IPv4). */
  readonly unsummed?: boolean;
  /** A fragment that is not the last. */
  readonly fragment?: boolean;
}

/** The sum of the Internet checksum (RFC 1071) over bytes: all ones when a checksum among them is right. */
function sum(...parts: readonly Uint8Array[]): number {
  let total = 0;
  for (const part of parts) {
    for (let i = 0; i < part.length; i += 2) total += (part[i]! << 8) | (part[i + 1] ?? 0);
  }
  while (total > 0xffff) total = (total & 0xffff) + (total >>> 16);
  return total;
}

function pseudoHeader(source: Uint8Array, destination: Uint8Array, protocol: number, length: number): Buffer {
  const tail = Buffer.alloc(8);
  tail.writeUInt32BE(length, 0);
  tail.writeUInt32BE(protocol, 4);
  return Buffer.concat([source, destination, tail]);
}

/** An Ethernet frame to the address 00:00:00:00:00:00, which is the loopback link's own. */
export function makeFrame(spec: FrameSpec): Buffer {
  const [source, destination] = [Ip.parse(spec.source[0]).bytes(), Ip.parse(spec.destination[0]).bytes()];
  const { number, bytes, checksum } = TRANSPORT[spec.protocol];
  const segment = Buffer.concat([Buffer.alloc(bytes), Buffer.from(spec.payload ?? 'payload')]);
  segment.writeUInt16BE(spec.source[1], 0);
  segment.writeUInt16BE(spec.destination[1], 2);
  if (spec.protocol === 'TCP') {
    segment.writeUInt32BE(1000, 4);
    segment.writeUInt32BE(2000, 8);
    segment[12] = 0x50;
    segment[13] = spec.flags ?? TCP_FLAGS.syn;
  } else {
    segment.writeUInt16BE(segment.length, 4);
  }
  if (!spec.unsummed) {
    const value = ~sum(pseudoHeader(source, destination, number, segment.length), segment) & 0xffff;
    segment.writeUInt16BE(value || 0xffff, checksum);
  }
  const ethernet = Buffer.from(
    `${'00'.repeat(6)}020000000001${source.length === 4 ? '0800' : '86dd'}`,
    'hex',
  );
  const ip = source.length === 4 ? Buffer.alloc(20) : Buffer.alloc(40);
  if (source.length === 4) {
    ip[0] = 0x45;
    ip.writeUInt16BE(20 + segment.length, 2);
    ip.writeUInt16BE(spec.fragment ? 0x2000 : 0, 6);
    ip[8] = spec.ttl ?? 64;
    ip[9] = number;
    ip.set(source, 12);
    ip.set(destination, 16);
    ip.writeUInt16BE(~sum(ip) & 0xffff, 10);
  } else {
    ip[0] = 0x60;
    ip.writeUInt16BE(segment.length, 4);
    ip[6] = number;
    ip[7] = spec.ttl ?? 64;
    ip.set(source, 8);
    ip.set(destination, 24);
  }
  return Buffer.concat([ethernet, ip, segment]);
}

export interface ReadFrame {
  readonly source: string;
  readonly destination: string;
  readonly protocol: number;
  /** Of TCP and UDP. */
  readonly ports: readonly [source: number, destination: number];
  /** From the transport header on. */
  readonly segment: Buffer;
  /** Options of IPv4, or the extension headers of IPv6. */
  readonly options: Buffer;
}

/** Takes a frame apart. Throws when a length or a checksum in it is wrong. */
export function readFrame(frame: Buffer): ReadFrame {
  const v4 = frame.readUInt16BE(12) === 0x0800;
  const packet = frame.subarray(ETHERNET_BYTES);
  let protocol = v4 ? packet[9]! : packet[6]!;
  let start = v4 ? (packet[0]! & 15) * 4 : 40;
  if (!v4 && protocol === 60) {
    protocol = packet[40]!;
    start += (packet[41]! + 1) * 8;
  }
  const [source, destination] = v4
    ? [packet.subarray(12, 16), packet.subarray(16, 20)]
    : [packet.subarray(8, 24), packet.subarray(24, 40)];
  const length = v4 ? packet.readUInt16BE(2) : packet.readUInt16BE(4) + 40;
  if (length !== packet.length) throw new Error(`Expected a packet of ${length} bytes, got ${packet.length}`);
  if (v4 && sum(packet.subarray(0, start)) !== 0xffff) throw new Error('Expected a right IPv4 checksum');
  const segment = packet.subarray(start);
  const isIcmp4 = protocol === 1;
  const unsummed = protocol === 17 && v4 && segment.readUInt16BE(TRANSPORT.UDP.checksum) === 0;
  const pseudo = isIcmp4 ? Buffer.alloc(0) : pseudoHeader(source, destination, protocol, segment.length);
  if (!unsummed && sum(pseudo, segment) !== 0xffff)
    throw new Error(`Expected a right checksum of protocol ${protocol}`);
  const hasPorts = ICMP[protocol] === undefined;
  return {
    source: String(Ip.fromBytes(source)),
    destination: String(Ip.fromBytes(destination)),
    protocol,
    ports: hasPorts ? [segment.readUInt16BE(0), segment.readUInt16BE(2)] : [0, 0],
    segment,
    options: packet.subarray(v4 ? 20 : 40, start),
  };
}

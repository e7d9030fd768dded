/** `stack_flows`: struct flow of bpf/layout.h. */
import type { Ip } from '../../ip/index.ts';
import type { Codec } from '../../kernel/bpf/index.ts';
import { familyNumber, readAddress, writeAddress } from './address.ts';

/** The ends of a packet; for ICMP echo both ports are its identifier. */
export interface Flow {
  readonly source: Ip;
  readonly destination: Ip;
  readonly sourcePort: number;
  readonly destinationPort: number;
  /** IP protocol number. */
  readonly protocol: number;
}

export const FLOW_KEY: Codec<Flow> = {
  size: 40,
  write: (flow, into) => {
    writeAddress(flow.source, into, 0);
    writeAddress(flow.destination, into, 16);
    into.writeUInt16BE(flow.sourcePort, 32);
    into.writeUInt16BE(flow.destinationPort, 34);
    into.writeUInt32LE(flow.protocol | (familyNumber(flow.source.family) << 8), 36);
  },
  read: (from) => ({
    source: readAddress(from, 0, from[37]!),
    destination: readAddress(from, 16, from[37]!),
    sourcePort: from.readUInt16BE(32),
    destinationPort: from.readUInt16BE(34),
    protocol: from[36]!,
  }),
};

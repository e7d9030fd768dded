import {
  AF_INET,
  AF_INET6,
  close,
  connect,
  receive,
  SOCK_RAW,
  send,
  setSocketOption,
  socket,
} from '../libc.ts';
import type { Netns } from '../netns.ts';
import { socketAddress } from '../socket-address.ts';

const SOL_SOCKET = 1;
const SO_RCVTIMEO = 20;
const IPPROTO_ICMP = 1;
const IPPROTO_ICMPV6 = 58;
/** RFC 792, RFC 4443. */
const ECHO = { v4: { request: 8, reply: 0 }, v6: { request: 128, reply: 129 } } as const;
const ID = 0x1234;
const EAGAIN = 11;

/**
 * One ICMP echo from a namespace to an address of 4 or 16 bytes, with `bytes` of payload. Returns whether the answer came within two seconds.
 * Blocks this thread, which is in the namespace meanwhile.
 */
export function ping(netns: Netns, target: Uint8Array, bytes = 8): boolean {
  return netns.run(() => {
    const v4 = target.length === 4;
    const fd = socket(v4 ? AF_INET : AF_INET6, SOCK_RAW, v4 ? IPPROTO_ICMP : IPPROTO_ICMPV6);
    try {
      const timeout = Buffer.alloc(16);
      timeout.writeBigInt64LE(2n);
      setSocketOption(fd, SOL_SOCKET, SO_RCVTIMEO, timeout);
      connect(fd, socketAddress(target));
      const { request, reply } = v4 ? ECHO.v4 : ECHO.v6;
      send(fd, echo(request, bytes));
      const into = Buffer.alloc(65_536);
      for (;;) {
        const length = receive(fd, into);
        // A raw IPv4 socket shows the IP header too.
        const message = into.subarray(v4 ? (into[0]! & 15) * 4 : 0, length);
        if (message[0] === reply && message.readUInt16BE(4) === ID) return true;
      }
    } catch (error) {
      if ((error as { errno?: number }).errno === EAGAIN) return false;
      throw error;
    } finally {
      close(fd);
    }
  });
}

/** ICMP message; the kernel fills in the checksum of ICMPv6 itself. */
function echo(type: number, bytes: number): Buffer {
  const message = Buffer.alloc(8 + bytes);
  message[0] = type;
  message.writeUInt16BE(ID, 4);
  let sum = 0;
  for (let i = 0; i < message.length; i += 2) sum += message.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >> 16);
  message.writeUInt16BE(~sum & 0xffff, 2);
  return message;
}

import { AF_INET, AF_INET6 } from './libc.ts';

/**
 * struct sockaddr_in or sockaddr_in6 (ip(7), ipv6(7)).
 * @param address 4 or 16 bytes
 * @param port 0 for raw sockets, which have none
 */
export function socketAddress(address: Uint8Array, port = 0): Buffer {
  const v6 = address.length === 16;
  const bytes = Buffer.alloc(v6 ? 28 : 16);
  bytes.writeUInt16LE(v6 ? AF_INET6 : AF_INET, 0);
  bytes.writeUInt16BE(port, 2);
  bytes.set(address, v6 ? 8 : 4);
  return bytes;
}

import { AF_INET, AF_INET6, close, connect, SOCK_STREAM, socket } from './libc.ts';
import type { Netns } from './netns.ts';
import { socketAddress } from './socket-address.ts';

/**
 * Connects a TCP socket inside a namespace, for `new net.Socket({ fd })`: it stays there whatever the process does
 * later. Blocks until the other side answers, so for addresses on the namespace's own loopback only. The descriptor is
 * the caller's. Throws KernelError (ECONNREFUSED).
 * @param address 4 or 16 bytes
 */
export function connectTcp(netns: Netns, address: Uint8Array, port: number): number {
  return netns.run(() => {
    const fd = socket(address.length === 16 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
    try {
      connect(fd, socketAddress(address, port));
      return fd;
    } catch (error) {
      close(fd);
      throw error;
    }
  });
}

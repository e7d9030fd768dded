import { AF_INET, AF_INET6, bind, close, listen, SOCK_STREAM, setSocketOption, socket } from './libc.ts';
import type { Netns } from './netns.ts';
import { socketAddress } from './socket-address.ts';

const SOL_SOCKET = 1;
const SO_REUSEADDR = 2;
const IPPROTO_IPV6 = 41;
const IPV6_V6ONLY = 26;
const ON = Uint8Array.of(1, 0, 0, 0);
const BACKLOG = 4096;

/**
 * Makes a listening TCP socket inside a namespace, for `net.Server.listen({ fd })`: it stays there whatever the
 * process does later. The descriptor is the caller's. Throws KernelError (EADDRINUSE, EADDRNOTAVAIL).
 * @param address 4 or 16 bytes
 */
export function listenTcp(netns: Netns, address: Uint8Array, port: number): number {
  return netns.run(() => {
    const v6 = address.length === 16;
    const fd = socket(v6 ? AF_INET6 : AF_INET, SOCK_STREAM, 0);
    try {
      setSocketOption(fd, SOL_SOCKET, SO_REUSEADDR, ON);
      if (v6) setSocketOption(fd, IPPROTO_IPV6, IPV6_V6ONLY, ON);
      bind(fd, socketAddress(address, port));
      listen(fd, BACKLOG);
      return fd;
    } catch (error) {
      close(fd);
      throw error;
    }
  });
}

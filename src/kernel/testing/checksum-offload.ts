import koffi from 'koffi';
import { KernelError } from '../errno.ts';
import { AF_INET, close, SOCK_DGRAM, socket } from '../libc.ts';
import type { Netns } from '../netns.ts';

/** include/uapi/linux/sockios.h, include/uapi/linux/ethtool.h. */
const SIOCETHTOOL = 0x8946;
const ETHTOOL_STXCSUM = 0x17;
const IFNAMSIZ = 16;
/** `struct ifreq`. */
const IFREQ_BYTES = 40;

const ioctl = koffi.load('libc.so.6').func('int ioctl(int, unsigned long, void*)');

/**
 * Has a link's packets carry whole checksums, as those from a wire do: a veth leaves them to a network card that never
 * comes. An XDP program can tell the one from the other by nothing. Throws KernelError.
 */
export function wholeChecksums(netns: Netns, link: string): void {
  netns.run(() => {
    const value = Buffer.from(new ArrayBuffer(8));
    value.writeUInt32LE(ETHTOOL_STXCSUM, 0);
    const request = Buffer.from(new ArrayBuffer(IFREQ_BYTES));
    request.write(link, 'latin1');
    request.writeBigUInt64LE(BigInt(koffi.address(value)), IFNAMSIZ);
    const fd = socket(AF_INET, SOCK_DGRAM, 0);
    const result = Number(ioctl(fd, SIOCETHTOOL, request));
    const errno = koffi.errno();
    close(fd);
    // Read after the call: nothing else keeps `value` where the kernel looks for it.
    if (result < 0 || value.readUInt32LE(4) !== 0)
      throw new KernelError(`turn off checksums of ${link}`, errno);
  });
}

import { readFileSync } from 'node:fs';

const TABLES = { tcp: '0A', tcp6: '0A', udp: '07', udp6: '07' } as const;

/** Sockets of the calling process's network namespace that others could reach, such as `tcp 00000000:1F90`. */
export function listeners(): string[] {
  return Object.entries(TABLES)
    .flatMap(([protocol, state]) =>
      parseListeners(readTable(protocol), state).map((each) => `${protocol} ${each}`),
    )
    .sort();
}

/** Local addresses (hexadecimal, as the kernel prints them) in a state, those on loopback aside. */
export function parseListeners(table: string, state: string): string[] {
  return table
    .split('\n')
    .slice(1)
    .map((line) => line.trim().split(/\s+/))
    .filter((fields) => fields[3] === state)
    .map((fields) => fields[1] ?? '')
    .filter((address) => !isLoopback(address.split(':')[0] ?? ''));
}

/** Words of an address are in the machine's byte order, which is little-endian on all that we run on. */
function isLoopback(address: string): boolean {
  if (address.length === 8) return address.endsWith('7F');
  return address === '00000000000000000000000001000000' || /^0{16}FFFF0000.{6}7F$/.test(address);
}

function readTable(protocol: string): string {
  try {
    return readFileSync(`/proc/self/net/${protocol}`, 'utf8');
  } catch {
    return ''; // a kernel without IPv6
  }
}

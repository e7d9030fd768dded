import type { Family } from '../ip/index.ts';

/** What every case is asked with: a column of the table. */
export interface Column {
  readonly family: Family;
  readonly protocol: 'tcp' | 'udp';
}

const PROTOCOLS = ['tcp', 'udp'] as const;

/** TCP and UDP of each family. */
export function columnsOf(families: readonly Family[]): Column[] {
  return families.flatMap((family) => PROTOCOLS.map((protocol) => ({ family, protocol })));
}

/** `TCP/IPv4` */
export function columnName({ family, protocol }: Column): string {
  return `${protocol.toUpperCase()}/${family === 'ipv4' ? 'IPv4' : 'IPv6'}`;
}

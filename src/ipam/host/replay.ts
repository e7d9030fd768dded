import { Ip } from '../../ip/index.ts';
import { IpamError } from '../ipam-error.ts';
import { type HostRecord, type Owner, ownerKey } from './host-record.ts';

/** Addresses that one attachment holds. */
export interface Lease {
  readonly owner: Owner;
  /** One of each family, IPv4 first. */
  readonly ips: readonly Ip[];
  /** When it was allocated, in ms since the epoch. */
  readonly since: number;
}

export interface ReplayedState {
  /** By ownerKey. */
  readonly leases: Map<string, Lease>;
  /** Released addresses, and when in ms since the epoch; the one released first comes first. */
  readonly rested: Iterable<{ readonly ip: Ip; readonly at: number }>;
}

/**
 * What the records of a log come to.
 * @throws IpamError `log-corrupt` when they give an address to two owners at a time.
 */
export function replay(records: readonly HostRecord[]): ReplayedState {
  const leases = new Map<string, Lease>();
  const rested = new Map<Ip['number'], { readonly ip: Ip; readonly at: number }>();
  const holders = new Map<Ip['number'], string>();
  for (const record of records) {
    if (record.op === 'rest') {
      const ip = read(record.ip);
      rested.set(ip.number, { ip, at: record.at });
      continue;
    }
    const owner = { containerId: record.id, ifname: record.if };
    const key = ownerKey(owner);
    if (record.op === 'free') {
      for (const ip of leases.get(key)?.ips ?? []) {
        holders.delete(ip.number);
        rested.set(ip.number, { ip, at: record.at });
      }
      leases.delete(key);
      continue;
    }
    const ips = record.ips.map(read);
    for (const ip of ips) {
      const holder = holders.get(ip.number);
      if (holder !== undefined) {
        throw new IpamError('log-corrupt', `allocation log gives ${ip} to ${key} while ${holder} holds it`);
      }
      holders.set(ip.number, key);
      rested.delete(ip.number);
    }
    const named = record.pod === undefined ? owner : { ...owner, pod: record.pod };
    leases.set(key, { owner: named, ips, since: record.at });
  }
  return { leases, rested: rested.values() };
}

function read(ip: Ip | string): Ip {
  return typeof ip === 'string' ? Ip.parse(ip) : ip;
}

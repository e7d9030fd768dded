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
  /** Released addresses by their text, and when; the one released first comes first. */
  readonly rested: Map<string, number>;
}

/**
 * What the records of a log come to.
 * @throws IpamError `log-corrupt` when they give an address to two owners at a time.
 */
export function replay(records: readonly HostRecord[]): ReplayedState {
  const leases = new Map<string, Lease>();
  const rested = new Map<string, number>();
  const holders = new Map<string, string>();
  for (const record of records) {
    if (record.op === 'rest') {
      rested.set(record.ip, record.at);
      continue;
    }
    const owner = { containerId: record.id, ifname: record.if };
    const key = ownerKey(owner);
    if (record.op === 'free') {
      for (const ip of leases.get(key)?.ips ?? []) {
        holders.delete(ip.toString());
        rested.set(ip.toString(), record.at);
      }
      leases.delete(key);
      continue;
    }
    for (const ip of record.ips) {
      const holder = holders.get(ip);
      if (holder !== undefined) {
        throw new IpamError('log-corrupt', `allocation log gives ${ip} to ${key} while ${holder} holds it`);
      }
      holders.set(ip, key);
      rested.delete(ip);
    }
    const named = record.pod === undefined ? owner : { ...owner, pod: record.pod };
    leases.set(key, { owner: named, ips: record.ips.map((ip) => Ip.parse(ip)), since: record.at });
  }
  return { leases, rested };
}

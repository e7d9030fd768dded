import type { ConnectionLoad } from '../traffic/index.ts';
import type { TrafficSpec } from './spec.ts';

/** New connections a second that one thread makes at most on the machines this was written on. */
const CLOSED_RATE = 15_000;

/** What traffic takes of source ports, connection tracking and descriptors; undefined where connections stay open. */
export function connectionLoad(traffic: TrafficSpec, destinations: number): ConnectionLoad | undefined {
  const { kind, connections: clients, rate, for: length, count } = traffic;
  if (kind === 'rr' || kind === 'stream' || kind === 'http') return undefined;
  const ratePerSecond = rate ?? CLOSED_RATE;
  return {
    protocol: kind === 'udp' ? 'udp' : 'tcp',
    ratePerSecond,
    seconds: length === undefined ? (count ?? destinations) / ratePerSecond : length / 1e9,
    close: 'rst',
    destinations,
    clients,
  };
}

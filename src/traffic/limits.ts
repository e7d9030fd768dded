/** What bounds connections from one network namespace, as the kernel has it there. */
export interface NamespaceLimits {
  readonly firstPort: number;
  readonly lastPort: number;
  readonly reservedPorts: number;
  /** Connections that wait in TIME_WAIT right now. */
  readonly timeWait: number;
  /** 0 where connections are not tracked. */
  readonly conntrackMax: number;
  readonly conntrackCount: number;
  /** Descriptors that the dialer may have. */
  readonly openFiles: number;
}

/** Linux' defaults, for a plan made before there is a namespace to ask. */
export const DEFAULT_LIMITS: NamespaceLimits = {
  firstPort: 32768,
  lastPort: 60999,
  reservedPorts: 0,
  timeWait: 0,
  conntrackMax: 0,
  conntrackCount: 0,
  openFiles: 1024,
};

/** TCP_TIMEWAIT_LEN of the kernel (include/net/tcp.h), in seconds; no sysctl changes it. */
const TIME_WAIT_S = 60;
/** nf_conntrack_tcp_timeout_time_wait, nf_conntrack_tcp_timeout_close and nf_conntrack_udp_timeout: defaults, in seconds. */
const CONNTRACK_S = { fin: 120, rst: 10, udp: 30 } as const;
/** Descriptors a dialer needs beside those of its connections. */
const SPARE_FILES = 100;

/** What a generator is to do, as far as limits matter. */
export interface ConnectionLoad {
  readonly protocol: 'tcp' | 'udp';
  /** New connections (or fresh UDP sockets) a second, from one source address. */
  readonly ratePerSecond: number;
  readonly seconds: number;
  readonly close: 'rst' | 'fin';
  /** Distinct pairs of destination address and port that they go to. */
  readonly destinations: number;
  /** Open at the same time. */
  readonly clients: number;
}

/** One limit: what is needed of it at the worst moment, and what there is. */
export interface LimitUse {
  readonly limit: 'source-ports' | 'conntrack' | 'open-files';
  readonly needed: number;
  readonly available: number;
  readonly fits: boolean;
  /** What to do when it does not fit; empty when it does. */
  readonly advice: string;
}

/**
 * How near a load comes to running out of source ports (per source address and destination), of connection tracking
 * entries and of descriptors. A limit that does not exist is left out.
 */
export function limitUses(load: ConnectionLoad, limits: NamespaceLimits = DEFAULT_LIMITS): LimitUse[] {
  const uses = [sourcePorts(load, limits), openFiles(load, limits)];
  if (limits.conntrackMax > 0) uses.push(conntrack(load, limits));
  return uses;
}

function sourcePorts(load: ConnectionLoad, limits: NamespaceLimits): LimitUse {
  // connect(2) looks for a port that is free towards its destination: each has the whole range.
  const ports = limits.lastPort - limits.firstPort + 1 - limits.reservedPorts;
  const waits = load.protocol === 'tcp' && load.close === 'fin';
  const waiting = waits ? load.ratePerSecond * Math.min(load.seconds, TIME_WAIT_S) : 0;
  const needed = Math.ceil(waiting / load.destinations) + load.clients;
  return use('source-ports', needed, ports, 'close with rst, lower the rate, or dial from more pods');
}

function conntrack(load: ConnectionLoad, limits: NamespaceLimits): LimitUse {
  const lives = load.protocol === 'udp' ? CONNTRACK_S.udp : CONNTRACK_S[load.close];
  const needed = Math.ceil(load.ratePerSecond * Math.min(load.seconds, lives)) + load.clients;
  const available = Math.max(0, limits.conntrackMax - limits.conntrackCount);
  return use('conntrack', needed, available, 'lower the rate, or raise nf_conntrack_max on the machine');
}

function openFiles({ clients }: ConnectionLoad, { openFiles: files }: NamespaceLimits): LimitUse {
  return use('open-files', clients + SPARE_FILES, files, 'fewer clients, or a higher limit (ulimit -n)');
}

function use(limit: LimitUse['limit'], needed: number, available: number, advice: string): LimitUse {
  const fits = needed <= available;
  return { limit, needed, available, fits, advice: fits ? '' : advice };
}

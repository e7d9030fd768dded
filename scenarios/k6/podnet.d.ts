/** The k6 extension in xk6/: batches of connections from inside chosen pods. One call is one loop in Go. */
declare module 'k6/x/podnet' {
  /** Milliseconds, or a text such as `500ms` or `10s`. */
  type Duration = number | string;

  interface BatchOptions {
    /** Where to dial from: one of `places`; this process itself when absent. */
    readonly from?: string;
    /** Addresses with ports (`10.96.0.1:80`, `[fd00::1]:80`); several are taken in turn. */
    readonly to: string | readonly string[];
    /** Requests of all clients together; 100 when there is no duration either. */
    readonly count?: number;
    readonly duration?: Duration;
    /** Threads side by side, a share of the requests each; 1. */
    readonly clients?: number;
    /** Longest wait for a connection, and for an answer; 1s. */
    readonly timeout?: Duration;
    /** Backends that may answer, by `namespace/name`; others are counted as misrouted. */
    readonly expect?: readonly string[];
    /** Labels of the raw samples: one series each, so few. */
    readonly labels?: Readonly<Record<string, string>>;
  }

  interface TcpOptions extends BatchOptions {
    /** `rst` (the default) leaves nothing behind; after `fin` the source port waits in TIME_WAIT for 60 s. */
    readonly close?: 'rst' | 'fin';
  }

  interface StreamOptions extends TcpOptions {
    /** Bytes; 1 MiB when there is no duration either. */
    readonly size?: number;
  }

  interface UdpOptions extends BatchOptions {
    /** Bytes of a request; 64. */
    readonly size?: number;
    /** A new source port for each request. */
    readonly fresh?: boolean;
    /** By sendto(2); answers must come from the address that was asked. */
    readonly unconnected?: boolean;
  }

  interface HttpOptions extends TcpOptions {
    /** A new connection for each request. */
    readonly fresh?: boolean;
    readonly path?: string;
    readonly host?: string;
  }

  interface BatchResult {
    readonly count: number;
    readonly ok: number;
    /** By class: refused, timeout, reset, unreachable, denied, closed, no-ports, wrong-source, malformed, other. */
    readonly failed: Readonly<Record<string, number>>;
    /** Answers by the pod that gave them. */
    readonly backends: Readonly<Record<string, number>>;
    readonly misrouted: number;
    /** UDP answers to requests that had been given up. */
    readonly late: number;
    /** Payload received by stream. */
    readonly bytes: number;
    /** Milliseconds from the first connect to the last close. */
    readonly elapsed: number;
    /** Answers per second. */
    readonly rate: number;
  }

  /** What the runner gave the script. */
  export const params: Readonly<Record<string, unknown>>;
  /** Names that `from` may have. */
  export const places: readonly string[];

  /** Connect, request, close, from a fresh source port each time. */
  export function crr(options: TcpOptions): BatchResult;
  /** Requests on one open connection for each address and client. */
  export function rr(options: TcpOptions): BatchResult;
  /** Bytes from the other side; one connection is one request. */
  export function stream(options: StreamOptions): BatchResult;
  /** Datagrams, each sent when the one before was answered or given up. */
  export function udp(options: UdpOptions): BatchResult;
  /** GET; any 2xx is an answer. */
  export function http(options: HttpOptions): BatchResult;
}

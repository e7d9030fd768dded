/** What a dialer is asked to do and what it answers: the other side of xk6/internal/dial. */

/** crr: connect, request, close, from a fresh source port each time. rr: requests on one open connection. */
export type BatchKind = 'crr' | 'rr' | 'stream' | 'udp' | 'http';

/** One loop of requests. Every reply names the pod that gave it. */
export interface BatchSpec {
  /** A node (`n1`), a pod (`name`, or `namespace/name`) or `outside`. */
  readonly from: string;
  /** Addresses with ports (`10.96.0.1:80`, `[fd00::1]:80`); several are taken in turn. */
  readonly to: string | readonly string[];
  /** Requests of all clients together; 100 when there is no duration either. */
  readonly count?: number;
  readonly durationMs?: number;
  /** Threads side by side, a share of the requests each; 1. */
  readonly clients?: number;
  /** Longest wait for a connection, and for an answer; 1000. */
  readonly timeoutMs?: number;
  /** `rst` (the default) leaves nothing behind; after `fin` the source port waits in TIME_WAIT for 60 s. */
  readonly close?: 'rst' | 'fin';
  /** Bytes: of a UDP request (64), of a stream that has no duration (1 MiB). */
  readonly size?: number;
  /** A new socket for each request of udp and http. */
  readonly fresh?: boolean;
  /** udp by sendto(2) on a socket that is not connected; answers must come from the address that was asked. */
  readonly unconnected?: boolean;
  /** Backends that may answer, by `namespace/name`; others are counted as misrouted. */
  readonly expect?: readonly string[];
  /** Of http. */
  readonly path?: string;
  readonly host?: string;
  /** Labels of the samples: one series each, so few. */
  readonly labels?: Readonly<Record<string, string>>;
}

/** As the dialer counts it; instants are CLOCK_MONOTONIC in ns. */
export interface BatchCounts {
  readonly kind: BatchKind;
  readonly startNs: number;
  readonly endNs: number;
  readonly count: number;
  readonly ok: number;
  /** refused, timeout, reset, unreachable, denied, closed, no-ports, wrong-source, malformed, other */
  readonly failed: Readonly<Record<string, number>>;
  /** Answers by `namespace/name` of the pod that gave them. */
  readonly backends: Readonly<Record<string, number>>;
  readonly misrouted: number;
  /** UDP answers to requests that had been given up. */
  readonly late: number;
  /** Payload received by stream. */
  readonly bytes: number;
}

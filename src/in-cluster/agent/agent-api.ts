import type { AgentProcess } from '../../agent/process/index.ts';
import type { Endpoint } from '../http/http-server.ts';
import type { EventLog } from './event-log.ts';

/** Paths that need the token. */
export const API_PREFIX = '/v1/';

/** What `GET /v1/info` answers. */
export interface AgentInfo {
  /** Another one after each start of the agent. */
  readonly instance: string;
  readonly node: string;
  readonly ips: readonly string[];
  /** Bytes of an IP packet of a pod. */
  readonly podMtu: number | undefined;
  /** Number of the latest event. */
  readonly seq: number;
  /** CLOCK_MONOTONIC in ns and CLOCK_REALTIME in ms, read at one instant. */
  readonly monotonicNs: number;
  readonly realtimeMs: number;
}

/** What programs outside the cluster read of an agent: docs/agent-api.md. */
export function agentApi(
  events: EventLog,
  node: string,
  ips: () => readonly string[],
  agent: () => AgentProcess | undefined,
): Readonly<Record<string, Endpoint>> {
  const info = (): AgentInfo => ({
    instance: events.instance,
    node,
    ips: ips(),
    podMtu: agent()?.podMtu,
    seq: events.seq,
    monotonicNs: Number(process.hrtime.bigint()),
    realtimeMs: Date.now(),
  });
  const of = (question: (agent: AgentProcess) => object): Endpoint => ({
    answer: () => {
      const there = agent();
      return there ? { body: question(there) } : { status: 503, body: 'the agent is starting\n' };
    },
  });
  return {
    [`${API_PREFIX}info`]: { answer: () => ({ body: info() }) },
    [`${API_PREFIX}trace`]: { stream: (query, response) => events.stream(query, response) },
    [`${API_PREFIX}endpoints`]: of((there) => there.endpoints()),
    [`${API_PREFIX}leases`]: of((there) => there.leases()),
    [`${API_PREFIX}datapath`]: of((there) => there.datapath()),
    [`${API_PREFIX}services`]: of((there) => there.services()),
    [`${API_PREFIX}service-stats`]: of((there) => there.serviceStats()),
  };
}
